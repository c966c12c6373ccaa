// Khronos' validator (npm package gltf-validator) over GLB files: a line of JSON a file with what it found.
//
//     npm install --prefix .venv/node gltf-validator@2.0.0-dev.3.10
//     NODE_PATH=.venv/node/node_modules node tests/benchmarks/gltf_validator.cjs OUT/*.glb
const fs = require("fs");
const validator = require("gltf-validator");

(async () => {
  for (const file of process.argv.slice(2)) {
    const report = await validator.validateBytes(new Uint8Array(fs.readFileSync(file)), { maxIssues: 20 });
    const { numErrors, numWarnings, numInfos, numHints, messages } = report.issues;
    const { animationCount, totalVertexCount } = report.info;
    console.log(JSON.stringify({ file, numErrors, numWarnings, numInfos, numHints, messages, animationCount, totalVertexCount }));
  }
})();
