"""Decoding of heat maps: a peak that was placed is found again; the bias compensation is what the paper derives."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.heatmaps import (
    DECODERS,
    check_compensation,
    decode,
    decode_argmax,
    decode_compensated,
    decode_simcc,
    decode_soft,
    from_logits,
    without_background,
)

H, W = 64, 48

# row, column, beta, rho, and the distance from the true place in heat-map px: of soft-argmax, of the compensation, and
# of the compensation with m = L / 2 on pixels counted from 0 (the paper's m, for coordinates that start half a pixel
# earlier). Computed apart from this code.
TABLE = [
    (10, 10, 1, 0.9894, 25.119, 0.000000, 66.15),
    (10, 10, 5, 0.7631, 19.373, 0.000000, 2.278),
    (10, 10, 10, 0.0467, 1.1845, 0.000000, 0.0346),
    (20.25, 12.7, 1, 0.9894, 15.430, 0.00245, 66.12),
    (20.25, 12.7, 5, 0.7631, 11.901, 0.00035, 2.278),
    (20.25, 12.7, 10, 0.0468, 0.7301, 0.0042, 0.0351),
    (20.25, 12.7, 20, 0.0, 0.0609, 0.0609, 0.0609),
    (20.25, 12.7, 100, 0.0, 0.3825, 0.3825, 0.3825),
    (50.5, 40, 5, 0.7632, 19.205, 0.000000, 2.279),
    (57, 41, 10, 0.0467, 1.443, 0.000000, 0.0347),
]


def gaussian(row: float, column: float, height: int = H, width: int = W, sigma: float = 2.0) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    distance = (y - row) ** 2 + (x - column) ** 2
    return np.exp(-distance / (2 * sigma**2)) * (distance <= (3 * sigma) ** 2)


def centroid(maps: np.ndarray, beta: float) -> np.ndarray:
    """Centroid (x, y) of the weights exp(beta * map) - 1."""
    weights = np.expm1(beta * maps)
    y, x = np.mgrid[: maps.shape[-2], : maps.shape[-1]]
    return np.array([(weights * x).sum(), (weights * y).sum()]) / weights.sum()


@pytest.mark.parametrize(("row", "column", "beta", "rho", "soft", "compensated", "paper_middle"), TABLE)
def test_errors_are_those_of_the_published_check(row, column, beta, rho, soft, compensated, paper_middle):
    heatmap, true = gaussian(row, column), np.array([column, row])

    found_rho = check_compensation(heatmap, beta).rho
    plain = decode_soft(heatmap, beta).xy
    other_middle = (plain - found_rho * np.array([W, H]) / 2) / (1 - found_rho)

    assert found_rho == pytest.approx(rho, abs=6e-5)
    assert np.linalg.norm(plain - true) == pytest.approx(soft, rel=1e-3)
    assert np.linalg.norm(decode_compensated(heatmap, beta).xy - true) == pytest.approx(compensated, rel=2e-2, abs=1e-6)
    assert np.linalg.norm(other_middle - true) == pytest.approx(paper_middle, rel=3e-3)


@pytest.mark.parametrize("beta", [0.1, 1.0, 5.0, 10.0])
@pytest.mark.parametrize("shape", [(64, 48), (48, 64), (64, 64), (7, 31), (2, 2)])
def test_compensation_is_the_centroid_of_the_weights_above_the_background(beta, shape):
    maps = np.random.default_rng(0).random(shape)

    xy = decode_compensated(maps, beta).xy

    np.testing.assert_allclose(xy, centroid(maps, beta), atol=1e-12, rtol=0)


def test_compensation_does_not_overflow():
    peak = 1e4 * gaussian(30, 20)

    found = decode_compensated(peak, beta=100.0)

    np.testing.assert_array_equal(found.xy, [20, 30])
    assert found.valid


@pytest.mark.parametrize("name", sorted(DECODERS))
def test_a_placed_peak_is_found_in_a_batch_of_any_shape(name):
    rng = np.random.default_rng(1)
    places = rng.uniform([8, 8], [40, 56], (2, 3, 2))
    maps = np.array([[gaussian(y, x) for x, y in row] for row in places])

    found = DECODERS[name](maps)

    assert found.xy.shape == (2, 3, 2)
    assert found.score.shape == found.valid.shape == (2, 3)
    assert found.valid.all()
    # The plain soft-argmax is drawn towards the middle (by up to 1.5 px), the argmax knows quarters of a pixel.
    worst = {"argmax": 0.36, "soft": 1.5, "compensated": 0.02}[name]
    assert np.linalg.norm(found.xy - places, axis=-1).max() < worst


def test_argmax_moves_a_quarter_pixel_towards_the_higher_neighbour_but_not_on_the_border():
    np.testing.assert_array_equal(decode_argmax(gaussian(10.3, 20.4)).xy, [20.25, 10.25])
    np.testing.assert_array_equal(decode_argmax(gaussian(9.8, 19.7)).xy, [19.75, 9.75])
    np.testing.assert_array_equal(decode_argmax(gaussian(10, 20)).xy, [20, 10])
    np.testing.assert_array_equal(decode_argmax(gaussian(0, W - 1)).xy, [W - 1, 0])


@pytest.mark.parametrize("name", sorted(DECODERS))
def test_a_map_that_says_nothing_is_missing_and_leaves_its_neighbours_alone(name):
    unreadable = np.full((H, W), np.nan)
    maps = np.stack([gaussian(20, 30), np.zeros((H, W)), unreadable, gaussian(40, 10)])

    found = DECODERS[name](maps)

    np.testing.assert_array_equal(found.valid, [True, False, False, True])
    assert np.isnan(found.xy[1:3]).all()
    np.testing.assert_array_equal(found.score, [1, 0, 0, 1])
    assert np.abs(found.xy[[0, 3]] - [[30, 20], [10, 40]]).max() < 1.5


def test_compensation_is_refused_where_the_background_outweighs_the_peak():
    below = gaussian(20, 30) - 0.5

    found = decode_compensated(below, beta=1.0)

    assert check_compensation(below, beta=1.0).rho > 1
    assert not found.valid
    assert np.isnan(found.xy).all()


def test_compensation_is_refused_where_it_leads_out_of_the_map():
    """Barely more foreground than background, and not where the peak is: the result is far outside."""
    maps = gaussian(4, 4) - 0.0075

    found = decode_compensated(maps, beta=1.0)

    assert check_compensation(maps, beta=1.0).rho < 1
    assert not found.valid


def test_a_cut_off_peak_is_reported():
    assert check_compensation(gaussian(30, 0.5)).border > 0.5
    assert check_compensation(gaussian(30, 20)).border == 0


def test_a_constant_background_is_reported_and_can_be_taken_off():
    lifted = gaussian(20, 30) + 0.05

    assert check_compensation(lifted).background == pytest.approx(0.05)
    assert np.linalg.norm(decode_compensated(lifted).xy - [30, 20]) > 0.2
    assert np.linalg.norm(decode_compensated(without_background(lifted)).xy - [30, 20]) < 1e-9


def test_maps_of_networks_are_decoded_without_their_background():
    lifted = np.stack([gaussian(20, 30), gaussian(50, 12)]) + np.array([0.05, -0.02])[:, None, None]
    assert np.abs(decode(lifted, "compensated").xy - [[30, 20], [12, 50]]).max() < 1e-9
    np.testing.assert_array_equal(decode(lifted, "argmax").xy, [[30, 20], [12, 50]])


def test_logits_are_decoded_after_a_sigmoid():
    """As a network with a sigmoid behind it gives them: far below 0 where there is nothing."""
    logits = 14 * gaussian(20, 30, sigma=3) - 9

    assert not decode_compensated(logits, beta=1.0).valid
    assert np.linalg.norm(decode_compensated(from_logits(logits)).xy - [30, 20]) < 0.01
    assert np.isfinite(from_logits(np.array([[-1e4, 1e4], [0, 0]]))).all()


def test_simcc_divides_by_its_split_and_takes_the_lower_score():
    x, y = np.zeros((2, 384)), np.zeros((2, 512))
    x[0, 101], y[0, 200] = 0.9, 0.4
    x[1, 5] = 0.9

    found = decode_simcc(x, y, split=2.0)

    np.testing.assert_array_equal(found.xy[0], [50.5, 100])
    assert found.score[0] == 0.4
    np.testing.assert_array_equal(found.valid, [True, False])


def test_wrong_shapes_and_numbers_say_what_they_must_be():
    with pytest.raises(ValueError, match=r"\(\.\.\., H, W\)"):
        decode_argmax(np.zeros(5))
    with pytest.raises(ValueError, match="beta must be positive"):
        decode_soft(np.zeros((4, 4)), beta=0)
    with pytest.raises(ValueError, match="same joints"):
        decode_simcc(np.zeros((2, 10)), np.zeros((3, 10)))
