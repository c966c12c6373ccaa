<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>marey</name>
        <message>
            <source>   grey: {0}</source>
            <translation>   grau: {0}</translation>
        </message>
        <message>
            <source>  (shown)</source>
            <translation>  (gezeigt)</translation>
        </message>
        <message>
            <source>  Measured on: {0}.</source>
            <translation>  Gemessen auf: {0}.</translation>
        </message>
        <message>
            <source> (variable)</source>
            <translation> (veränderlich)</translation>
        </message>
        <message numerus="yes">
            <source>%n frames, {0} dropped    latency {1} ms, 95 % under {2} ms</source>
            <translation>
                <numerusform>%n Bild, {0} verworfen    Verzögerung {1} ms, 95 % unter {2} ms</numerusform>
                <numerusform>%n Bilder, {0} verworfen    Verzögerung {1} ms, 95 % unter {2} ms</numerusform>
            </translation>
        </message>
        <message>
            <source>&amp;3D</source>
            <translation>&amp;3D</translation>
        </message>
        <message>
            <source>&amp;About Marey</source>
            <translation>&amp;Über Marey</translation>
        </message>
        <message>
            <source>&amp;Analyse</source>
            <translation>&amp;Analysieren</translation>
        </message>
        <message>
            <source>&amp;Analysis</source>
            <translation>&amp;Analyse</translation>
        </message>
        <message>
            <source>&amp;Axes</source>
            <translation>Achse&amp;n</translation>
        </message>
        <message>
            <source>&amp;Camera of the video</source>
            <translation>&amp;Kamera des Videos</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>A&amp;bbrechen</translation>
        </message>
        <message>
            <source>&amp;Clear range</source>
            <translation>&amp;Bereich aufheben</translation>
        </message>
        <message>
            <source>&amp;Close video</source>
            <translation>Video sch&amp;ließen</translation>
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation>&amp;Dunkel</translation>
        </message>
        <message>
            <source>&amp;Data</source>
            <translation>&amp;Daten</translation>
        </message>
        <message>
            <source>&amp;Delete selected joint here</source>
            <translation>Gewähltes Gelenk hier &amp;löschen</translation>
        </message>
        <message>
            <source>&amp;Detector options…</source>
            <translation>&amp;Optionen des Detektors…</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>&amp;Bearbeiten</translation>
        </message>
        <message>
            <source>&amp;Enlarge picture</source>
            <translation>Bild v&amp;ergrößern</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>&amp;Datei</translation>
        </message>
        <message>
            <source>&amp;First frame</source>
            <translation>&amp;Erstes Bild</translation>
        </message>
        <message>
            <source>&amp;Fit picture</source>
            <translation>Bild ein&amp;passen</translation>
        </message>
        <message>
            <source>&amp;Focal length / longer side</source>
            <translation>&amp;Brennweite / längere Seite</translation>
        </message>
        <message>
            <source>&amp;Front</source>
            <translation>Von &amp;vorn</translation>
        </message>
        <message>
            <source>&amp;Height of the person</source>
            <translation>&amp;Größe der Person</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>&amp;Hilfe</translation>
        </message>
        <message>
            <source>&amp;Keep running</source>
            <translation>&amp;Weiterlaufen lassen</translation>
        </message>
        <message>
            <source>&amp;Keyboard</source>
            <translation>&amp;Tastatur</translation>
        </message>
        <message>
            <source>&amp;Last frame</source>
            <translation>&amp;Letztes Bild</translation>
        </message>
        <message>
            <source>&amp;Lift on</source>
            <translation>&amp;Heben auf</translation>
        </message>
        <message>
            <source>&amp;Lift with it</source>
            <translation>Damit &amp;heben</translation>
        </message>
        <message>
            <source>&amp;Light</source>
            <translation>Hel&amp;l</translation>
        </message>
        <message>
            <source>&amp;Move joints with the mouse</source>
            <translation>Gelenke mit der Maus &amp;verschieben</translation>
        </message>
        <message>
            <source>&amp;Name</source>
            <translation>&amp;Name</translation>
        </message>
        <message>
            <source>&amp;Name person…</source>
            <translation>Person be&amp;nennen…</translation>
        </message>
        <message>
            <source>&amp;Next frame</source>
            <translation>&amp;Nächstes Bild</translation>
        </message>
        <message>
            <source>&amp;Open video…</source>
            <translation>Video ö&amp;ffnen…</translation>
        </message>
        <message>
            <source>&amp;People to follow</source>
            <translation>&amp;Personen, denen gefolgt wird</translation>
        </message>
        <message>
            <source>&amp;Play or pause</source>
            <translation>Abspielen oder &amp;Pause</translation>
        </message>
        <message>
            <source>&amp;Playback</source>
            <translation>&amp;Wiedergabe</translation>
        </message>
        <message>
            <source>&amp;Preset</source>
            <translation>&amp;Vorgabe</translation>
        </message>
        <message>
            <source>&amp;Previous lifter's result</source>
            <translation>Ergebnis des vorigen &amp;Lifters</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>B&amp;eenden</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>&amp;Wiederholen</translation>
        </message>
        <message>
            <source>&amp;Repeat</source>
            <translation>&amp;Wiederholen</translation>
        </message>
        <message>
            <source>&amp;Reset layout</source>
            <translation>Anordnung zu&amp;rücksetzen</translation>
        </message>
        <message>
            <source>&amp;Resume</source>
            <translation>&amp;Fortsetzen</translation>
        </message>
        <message>
            <source>&amp;Save analysis…</source>
            <translation>Analyse &amp;speichern…</translation>
        </message>
        <message>
            <source>&amp;Show frames while they are analysed</source>
            <translation>Bilder während der Analyse &amp;zeigen</translation>
        </message>
        <message>
            <source>&amp;Side</source>
            <translation>Von der &amp;Seite</translation>
        </message>
        <message>
            <source>&amp;Skeleton on the picture</source>
            <translation>&amp;Skelett auf dem Bild</translation>
        </message>
        <message>
            <source>&amp;Standing feet keep their place</source>
            <translation>&amp;Stehende Füße bleiben an ihrem Platz</translation>
        </message>
        <message>
            <source>&amp;Stop and save</source>
            <translation>&amp;Anhalten und speichern</translation>
        </message>
        <message>
            <source>&amp;Swap left and right between in and out</source>
            <translation>Links und rechts zwischen Anfang und Ende &amp;tauschen</translation>
        </message>
        <message>
            <source>&amp;Top</source>
            <translation>Von &amp;oben</translation>
        </message>
        <message>
            <source>&amp;Train a lifter…</source>
            <translation>Lifter &amp;trainieren…</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Rückgängig</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>A&amp;nsicht</translation>
        </message>
        <message>
            <source>&amp;Weights of the shown map as arcs</source>
            <translation>&amp;Gewichte der gezeigten Karte als Bögen</translation>
        </message>
        <message>
            <source>&amp;Whole file on the timeline</source>
            <translation>&amp;Ganze Datei auf der Zeitleiste</translation>
        </message>
        <message>
            <source>, begun from {0}</source>
            <translation>, ausgegangen von {0}</translation>
        </message>
        <message>
            <source>, ms</source>
            <translation>, ms</translation>
        </message>
        <message>
            <source>1 to 3 views of each person, averaged: more are more accurate, and as much slower</source>
            <translation>1 bis 3 Ansichten jeder Person, gemittelt: mehr sind genauer und entsprechend langsamer</translation>
        </message>
        <message>
            <source>2D as a detector sees it</source>
            <translation>2D, wie ein Detektor es sieht</translation>
        </message>
        <message>
            <source>3D view</source>
            <translation>3D-Ansicht</translation>
        </message>
        <message>
            <source>A camera of this machine, an address (rtsp://…, http://…) or a file, which is then read at its own pace.</source>
            <translation>Eine Kamera dieses Rechners, eine Adresse (rtsp://…, http://…) oder eine Datei, die dann in ihrem eigenen Takt gelesen wird.</translation>
        </message>
        <message>
            <source>A correction made by hand would be lost.</source>
            <translation>Eine von Hand gemachte Korrektur ginge verloren.</translation>
        </message>
        <message>
            <source>A training is running: {0}.</source>
            <translation>Ein Training läuft: {0}.</translation>
        </message>
        <message>
            <source>About Marey</source>
            <translation>Über Marey</translation>
        </message>
        <message>
            <source>Accurate</source>
            <translation>Genau</translation>
        </message>
        <message>
            <source>Adjacency</source>
            <translation>Adjazenz</translation>
        </message>
        <message>
            <source>Affinity, 16 nodes</source>
            <translation>Affinität, 16 Knoten</translation>
        </message>
        <message>
            <source>Affinity, 4 nodes</source>
            <translation>Affinität, 4 Knoten</translation>
        </message>
        <message>
            <source>Affinity, 8 nodes</source>
            <translation>Affinität, 8 Knoten</translation>
        </message>
        <message>
            <source>Affinity, first layer</source>
            <translation>Affinität, erste Schicht</translation>
        </message>
        <message>
            <source>All files</source>
            <translation>Alle Dateien</translation>
        </message>
        <message>
            <source>All heads</source>
            <translation>Alle Köpfe</translation>
        </message>
        <message>
            <source>An analysis of {0} was not saved when Marey ended. It is still there.</source>
            <translation>Eine Analyse von {0} war nicht gespeichert, als Marey endete. Sie ist noch da.</translation>
        </message>
        <message>
            <source>Analyse a video to see what the lifter looks at.</source>
            <translation>Analysieren Sie ein Video, um zu sehen, worauf der Lifter schaut.</translation>
        </message>
        <message>
            <source>Analyse again to use the other detector</source>
            <translation>Neu analysieren, um den anderen Detektor zu nutzen</translation>
        </message>
        <message>
            <source>Angle</source>
            <translation>Winkel</translation>
        </message>
        <message>
            <source>Apple GPU (MPS)</source>
            <translation>Apple-Grafikkarte (MPS)</translation>
        </message>
        <message>
            <source>Attention</source>
            <translation>Aufmerksamkeit</translation>
        </message>
        <message>
            <source>Attention between frames</source>
            <translation>Aufmerksamkeit zwischen Bildern</translation>
        </message>
        <message>
            <source>Attention between joints</source>
            <translation>Aufmerksamkeit zwischen Gelenken</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Auto</translation>
        </message>
        <message>
            <source>Automatic levels</source>
            <translation>Automatische Grenzen</translation>
        </message>
        <message>
            <source>BVH animation (Blender, Maya, MotionBuilder)</source>
            <translation>BVH-Animation (Blender, Maya, MotionBuilder)</translation>
        </message>
        <message>
            <source>BVH files of your own</source>
            <translation>Eigene BVH-Dateien</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>Ausgewogen</translation>
        </message>
        <message>
            <source>Best so far: {0} mm at step {1}</source>
            <translation>Bisher am besten: {0} mm bei Schritt {1}</translation>
        </message>
        <message>
            <source>Best there is</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>Blender: metres</source>
            <translation>Blender: Meter</translation>
        </message>
        <message>
            <source>Block</source>
            <translation>Block</translation>
        </message>
        <message>
            <source>C&amp;orner</source>
            <translation>Von der &amp;Ecke</translation>
        </message>
        <message>
            <source>C3D markers (Visual3D, Vicon, Mokka)</source>
            <translation>C3D-Marker (Visual3D, Vicon, Mokka)</translation>
        </message>
        <message>
            <source>CSV table (joints in world metres and in pixels)</source>
            <translation>CSV-Tabelle (Gelenke in Metern und in Pixeln)</translation>
        </message>
        <message>
            <source>Camera</source>
            <translation>Kamera</translation>
        </message>
        <message>
            <source>Camera looks &amp;down by</source>
            <translation>Kamera blickt nach &amp;unten um</translation>
        </message>
        <message>
            <source>Camera looks down by</source>
            <translation>Kamera blickt nach unten um</translation>
        </message>
        <message>
            <source>Camera or address</source>
            <translation>Kamera oder Adresse</translation>
        </message>
        <message>
            <source>Camera or stream</source>
            <translation>Kamera oder Stream</translation>
        </message>
        <message>
            <source>Changes are lifted again at once. More people than were analysed take another analysis.</source>
            <translation>Nach Änderungen wird sofort neu gehoben. Für mehr Personen als analysiert wurden braucht es eine neue Analyse.</translation>
        </message>
        <message>
            <source>Channel weights</source>
            <translation>Kanalgewichte</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>Wählen…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Close notification</source>
            <translation>Meldung schließen</translation>
        </message>
        <message>
            <source>Colours of the s&amp;ystem</source>
            <translation>Farben des S&amp;ystems</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>Befehl</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Vergleichen</translation>
        </message>
        <message>
            <source>Compare &amp;lifters</source>
            <translation>&amp;Lifter vergleichen</translation>
        </message>
        <message>
            <source>Compare lifters</source>
            <translation>Lifter vergleichen</translation>
        </message>
        <message>
            <source>Comparing: {0}</source>
            <translation>Vergleiche: {0}</translation>
        </message>
        <message>
            <source>Connect again</source>
            <translation>Neu verbinden</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>Kopieren</translation>
        </message>
        <message>
            <source>Curves</source>
            <translation>Kurven</translation>
        </message>
        <message>
            <source>Cut-off of the smoothing</source>
            <translation>Grenzfrequenz der Glättung</translation>
        </message>
        <message>
            <source>D&amp;etection</source>
            <translation>&amp;Erkennung</translation>
        </message>
        <message>
            <source>Data folder</source>
            <translation>Datenordner</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Details</translation>
        </message>
        <message>
            <source>Detected, not lifted to 3D yet</source>
            <translation>Erkannt, noch nicht in 3D gehoben</translation>
        </message>
        <message>
            <source>Detecting</source>
            <translation>Erkennen</translation>
        </message>
        <message>
            <source>Detection</source>
            <translation>Erkennung</translation>
        </message>
        <message>
            <source>Detector</source>
            <translation>Detektor</translation>
        </message>
        <message>
            <source>Difference mm</source>
            <translation>Abweichung mm</translation>
        </message>
        <message>
            <source>Difference of every joint</source>
            <translation>Abweichung jedes Gelenks</translation>
        </message>
        <message>
            <source>Differences from the lifter shown, the root of both at one place. A double click shows a lifter.</source>
            <translation>Abweichungen vom gezeigten Lifter, die Wurzel beider an einem Ort. Ein Doppelklick zeigt einen Lifter.</translation>
        </message>
        <message>
            <source>Don't save</source>
            <translation>Nicht speichern</translation>
        </message>
        <message>
            <source>E&amp;xchange two people from here on</source>
            <translation>&amp;Zwei Personen ab hier vertauschen</translation>
        </message>
        <message>
            <source>E&amp;xport…</source>
            <translation>E&amp;xportieren…</translation>
        </message>
        <message>
            <source>Else an average body; one camera cannot tell</source>
            <translation>Sonst ein durchschnittlicher Körper; eine Kamera kann das nicht sehen</translation>
        </message>
        <message>
            <source>Else estimated from the person</source>
            <translation>Sonst aus der Person geschätzt</translation>
        </message>
        <message>
            <source>Else the usual one of phones is taken</source>
            <translation>Sonst gilt die übliche von Telefonen</translation>
        </message>
        <message>
            <source>Empty lines keep what the detector takes by itself.</source>
            <translation>Bei leeren Zeilen bleibt, was der Detektor von sich aus nimmt.</translation>
        </message>
        <message>
            <source>Error on motion that is not in training</source>
            <translation>Fehler bei Bewegungen, die nicht im Training sind</translation>
        </message>
        <message>
            <source>Error on motion that is not in training, mm</source>
            <translation>Fehler bei Bewegungen, die nicht im Training sind, mm</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exportieren</translation>
        </message>
        <message>
            <source>F&amp;ull screen</source>
            <translation>Voll&amp;bild</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>Gescheitert</translation>
        </message>
        <message>
            <source>Farther away in the 3D view</source>
            <translation>In der 3D-Ansicht weiter weg</translation>
        </message>
        <message>
            <source>Fast</source>
            <translation>Schnell</translation>
        </message>
        <message>
            <source>File name</source>
            <translation>Dateiname</translation>
        </message>
        <message>
            <source>File name without ending</source>
            <translation>Dateiname ohne Endung</translation>
        </message>
        <message>
            <source>File…</source>
            <translation>Datei…</translation>
        </message>
        <message>
            <source>Find a &amp;command…</source>
            <translation>&amp;Befehl suchen…</translation>
        </message>
        <message>
            <source>Find the person in every frame and lift to 3D</source>
            <translation>Die Person in jedem Bild finden und nach 3D heben</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>Fertig</translation>
        </message>
        <message>
            <source>Fixed: the same for every frame.</source>
            <translation>Fest: gleich für jedes Bild.</translation>
        </message>
        <message>
            <source>Floor &amp;grid</source>
            <translation>&amp;Bodengitter</translation>
        </message>
        <message>
            <source>Fo&amp;llow person</source>
            <translation>Person &amp;folgen</translation>
        </message>
        <message>
            <source>Focal length</source>
            <translation>Brennweite</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>Folder for the files</source>
            <translation>Ordner für die Dateien</translation>
        </message>
        <message>
            <source>Follow a camera, a network stream, or a file as if it were live</source>
            <translation>Einer Kamera, einem Netzwerkstream oder einer Datei folgen, als wäre sie live</translation>
        </message>
        <message>
            <source>Follows the frame.</source>
            <translation>Folgt dem Bild.</translation>
        </message>
        <message>
            <source>Formats</source>
            <translation>Formate</translation>
        </message>
        <message>
            <source>Frame</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>Free motion capture</source>
            <translation>Freie Bewegungsdaten</translation>
        </message>
        <message>
            <source>Free software, Apache License 2.0.</source>
            <translation>Freie Software, Apache-Lizenz 2.0.</translation>
        </message>
        <message>
            <source>From here on the selected person is somebody else</source>
            <translation>Ab hier ist die gewählte Person jemand anderes</translation>
        </message>
        <message>
            <source>From the person's left</source>
            <translation>Von links der Person</translation>
        </message>
        <message>
            <source>From where the person faces</source>
            <translation>Von dort, wohin die Person blickt</translation>
        </message>
        <message>
            <source>Front</source>
            <translation>Vorn</translation>
        </message>
        <message>
            <source>Head</source>
            <translation>Kopf</translation>
        </message>
        <message>
            <source>Heads from left to right, top to bottom.</source>
            <translation>Köpfe von links nach rechts, von oben nach unten.</translation>
        </message>
        <message>
            <source>Height of the person</source>
            <translation>Größe der Person</translation>
        </message>
        <message>
            <source>How far a joint of the 3D pose (row) moves when a joint in the picture (column) moves. In metres for a move by the size of the person in the picture (root mean square distance of the joints from their mean).</source>
            <translation>Wie weit sich ein Gelenk der 3D-Pose (Zeile) bewegt, wenn sich ein Gelenk im Bild (Spalte) bewegt. In Metern für eine Bewegung um die Größe der Person im Bild (quadratisches Mittel der Abstände der Gelenke von ihrer Mitte).</translation>
        </message>
        <message>
            <source>How many times slower than life the file plays: 8 where 240 a second were saved at 30</source>
            <translation>Wievielmal langsamer als das Leben die Datei läuft: 8, wo 240 in der Sekunde mit 30 gespeichert wurden</translation>
        </message>
        <message>
            <source>How much each frame of the window (row) draws on every other one (column). Weights without a unit; each row adds up to 1.</source>
            <translation>Wie viel jedes Bild des Fensters (Zeile) von jedem anderen (Spalte) bezieht. Gewichte ohne Einheit; jede Zeile ergibt 1.</translation>
        </message>
        <message>
            <source>How much each joint (row) draws on every other one (column) within a frame. Weights without a unit; each row adds up to 1.</source>
            <translation>Wie viel jedes Gelenk (Zeile) von jedem anderen (Spalte) innerhalb eines Bildes bezieht. Gewichte ohne Einheit; jede Zeile ergibt 1.</translation>
        </message>
        <message>
            <source>How much each joint (row) takes from every other one (column) in a graph layer: the bones of the skeleton and what training added to them. Weights without a unit.</source>
            <translation>Wie viel jedes Gelenk (Zeile) in einer Graphschicht von jedem anderen (Spalte) nimmt: die Knochen des Skeletts und was das Training hinzugefügt hat. Gewichte ohne Einheit.</translation>
        </message>
        <message>
            <source>How much each node (row) takes from itself and from its neighbours (columns) in a graph convolution. Weights without a unit; each row adds up to 1.</source>
            <translation>Wie viel jeder Knoten (Zeile) in einer Graphfaltung von sich und seinen Nachbarn (Spalten) nimmt. Gewichte ohne Einheit; jede Zeile ergibt 1.</translation>
        </message>
        <message>
            <source>How strongly each joint (row) takes in what its neighbours tell, in each channel (column) of the first graph layer of a block. Factors without a unit.</source>
            <translation>Wie stark jedes Gelenk (Zeile) in jedem Kanal (Spalte) der ersten Graphschicht eines Blocks aufnimmt, was seine Nachbarn melden. Faktoren ohne Einheit.</translation>
        </message>
        <message>
            <source>How strongly each joint (row) takes in what its neighbours tell, in each channel (column) of the second graph layer of a block. Factors without a unit.</source>
            <translation>Wie stark jedes Gelenk (Zeile) in jedem Kanal (Spalte) der zweiten Graphschicht eines Blocks aufnimmt, was seine Nachbarn melden. Faktoren ohne Einheit.</translation>
        </message>
        <message>
            <source>Human3.6M</source>
            <translation>Human3.6M</translation>
        </message>
        <message>
            <source>HumanEva-I</source>
            <translation>HumanEva-I</translation>
        </message>
        <message>
            <source>Into another file</source>
            <translation>In eine andere Datei</translation>
        </message>
        <message>
            <source>It can go on without the window; the Training dock shows it again. Or it is saved and stopped now.</source>
            <translation>Es kann ohne das Fenster weiterlaufen; das Feld Training zeigt es wieder. Oder es wird jetzt gespeichert und angehalten.</translation>
        </message>
        <message>
            <source>Joint</source>
            <translation>Gelenk</translation>
        </message>
        <message>
            <source>Joint &amp;names</source>
            <translation>&amp;Namen der Gelenke</translation>
        </message>
        <message>
            <source>Joint angles table (degrees; CSV)</source>
            <translation>Tabelle der Gelenkwinkel (Grad; CSV)</translation>
        </message>
        <message>
            <source>Joints</source>
            <translation>Gelenke</translation>
        </message>
        <message>
            <source>Joints of the current frame</source>
            <translation>Gelenke des aktuellen Bildes</translation>
        </message>
        <message>
            <source>Jump to where the pose should be looked at</source>
            <translation>Dorthin springen, wo die Pose geprüft werden sollte</translation>
        </message>
        <message>
            <source>Keep what was detected and corrected</source>
            <translation>Erkanntes und Korrigiertes aufheben</translation>
        </message>
        <message>
            <source>Keyboard</source>
            <translation>Tastatur</translation>
        </message>
        <message>
            <source>Keys to begin with</source>
            <translation>Tasten für den Anfang</translation>
        </message>
        <message>
            <source>Knees bend for it; hips stay</source>
            <translation>Dafür beugen sich die Knie; die Hüften bleiben</translation>
        </message>
        <message>
            <source>Lan&amp;guage</source>
            <translation>Spra&amp;che</translation>
        </message>
        <message>
            <source>Language of the s&amp;ystem</source>
            <translation>Sprache des S&amp;ystems</translation>
        </message>
        <message>
            <source>Layer</source>
            <translation>Schicht</translation>
        </message>
        <message>
            <source>Li&amp;ft again</source>
            <translation>&amp;Neu heben</translation>
        </message>
        <message>
            <source>Lift on</source>
            <translation>Heben auf</translation>
        </message>
        <message>
            <source>Lift this clip with every lifter and compare</source>
            <translation>Diesen Clip mit jedem Lifter heben und vergleichen</translation>
        </message>
        <message>
            <source>Lift what was detected, with the lifter and the settings that are chosen</source>
            <translation>Hebt das Erkannte mit dem gewählten Lifter und den gewählten Einstellungen</translation>
        </message>
        <message>
            <source>Lifter</source>
            <translation>Lifter</translation>
        </message>
        <message>
            <source>Lifters compared</source>
            <translation>Lifter im Vergleich</translation>
        </message>
        <message>
            <source>Lifting to 3D</source>
            <translation>Heben nach 3D</translation>
        </message>
        <message>
            <source>Lifts this clip with every lifter there is and lists how far apart, how fast and how large they are.</source>
            <translation>Hebt diesen Clip mit jedem vorhandenen Lifter und zeigt, wie weit auseinander, wie schnell und wie groß sie sind.</translation>
        </message>
        <message>
            <source>Live</source>
            <translation>Live</translation>
        </message>
        <message>
            <source>Loading the detector</source>
            <translation>Detektor wird geladen</translation>
        </message>
        <message>
            <source>Loading the lifter</source>
            <translation>Lifter wird geladen</translation>
        </message>
        <message>
            <source>Loading the lifter…</source>
            <translation>Lifter wird geladen…</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>Protokoll</translation>
        </message>
        <message>
            <source>Longest &amp;gap to fill</source>
            <translation>&amp;Längste Lücke zum Füllen</translation>
        </message>
        <message>
            <source>Longest gap to fill</source>
            <translation>Längste Lücke, die gefüllt wird</translation>
        </message>
        <message>
            <source>Look from: </source>
            <translation>Blick von: </translation>
        </message>
        <message>
            <source>Looking…</source>
            <translation>Wird gesucht…</translation>
        </message>
        <message>
            <source>Loss</source>
            <translation>Verlust</translation>
        </message>
        <message>
            <source>MOT joint angles (OpenSim)</source>
            <translation>MOT-Gelenkwinkel (OpenSim)</translation>
        </message>
        <message>
            <source>MPI-INF-3DHP</source>
            <translation>MPI-INF-3DHP</translation>
        </message>
        <message>
            <source>Main toolbar</source>
            <translation>Werkzeugleiste</translation>
        </message>
        <message>
            <source>Map</source>
            <translation>Karte</translation>
        </message>
        <message>
            <source>Maya, Unreal: centimetres</source>
            <translation>Maya, Unreal: Zentimeter</translation>
        </message>
        <message>
            <source>Mend exchanged left and right</source>
            <translation>Vertauschtes links und rechts berichtigen</translation>
        </message>
        <message>
            <source>Mer&amp;ge two people</source>
            <translation>Zwei Personen ver&amp;einen</translation>
        </message>
        <message>
            <source>Merge with</source>
            <translation>Vereinen mit</translation>
        </message>
        <message>
            <source>Most different</source>
            <translation>Größte Abweichung</translation>
        </message>
        <message>
            <source>MotionBuilder: centimetres, T-pose first</source>
            <translation>MotionBuilder: Zentimeter, T-Pose zuerst</translation>
        </message>
        <message>
            <source>Move the 3D view down</source>
            <translation>3D-Ansicht nach unten schieben</translation>
        </message>
        <message>
            <source>Move the 3D view left</source>
            <translation>3D-Ansicht nach links schieben</translation>
        </message>
        <message>
            <source>Move the 3D view right</source>
            <translation>3D-Ansicht nach rechts schieben</translation>
        </message>
        <message>
            <source>Move the 3D view up</source>
            <translation>3D-Ansicht nach oben schieben</translation>
        </message>
        <message>
            <source>Multiply-adds / frame</source>
            <translation>Mult.-Add. / Bild</translation>
        </message>
        <message>
            <source>NVIDIA GPU (CUDA)</source>
            <translation>NVIDIA-Grafikkarte (CUDA)</translation>
        </message>
        <message>
            <source>Name of the lifter</source>
            <translation>Name des Lifters</translation>
        </message>
        <message>
            <source>Name of {0}</source>
            <translation>Name von {0}</translation>
        </message>
        <message>
            <source>Nearer in the 3D view</source>
            <translation>In der 3D-Ansicht näher heran</translation>
        </message>
        <message>
            <source>New training</source>
            <translation>Neues Training</translation>
        </message>
        <message>
            <source>Next &amp;doubtful frame</source>
            <translation>Nächstes &amp;zweifelhaftes Bild</translation>
        </message>
        <message>
            <source>No lifter has weights here: train one with 'marey train'.</source>
            <translation>Kein Lifter hat hier Gewichte: trainieren Sie einen mit 'marey train'.</translation>
        </message>
        <message>
            <source>Nobody in this frame</source>
            <translation>Niemand in diesem Bild</translation>
        </message>
        <message>
            <source>Nobody in this frame.</source>
            <translation>Niemand in diesem Bild.</translation>
        </message>
        <message>
            <source>Nobody was found in this video.</source>
            <translation>In diesem Video wurde niemand gefunden.</translation>
        </message>
        <message>
            <source>Not analysed yet</source>
            <translation>Noch nicht analysiert</translation>
        </message>
        <message>
            <source>Not lifted as chosen: press Ctrl+Shift+R to lift again</source>
            <translation>Nicht wie gewählt gehoben: Strg+Umschalt+R hebt neu</translation>
        </message>
        <message>
            <source>Nothing yet</source>
            <translation>Noch nichts</translation>
        </message>
        <message>
            <source>Nudge selected joint down</source>
            <translation>Gewähltes Gelenk nach unten rücken</translation>
        </message>
        <message>
            <source>Nudge selected joint left</source>
            <translation>Gewähltes Gelenk nach links rücken</translation>
        </message>
        <message>
            <source>Nudge selected joint right</source>
            <translation>Gewähltes Gelenk nach rechts rücken</translation>
        </message>
        <message>
            <source>Nudge selected joint up</source>
            <translation>Gewähltes Gelenk nach oben rücken</translation>
        </message>
        <message>
            <source>NumPy arrays (NPZ)</source>
            <translation>NumPy-Felder (NPZ)</translation>
        </message>
        <message>
            <source>Numbered pictures as a video</source>
            <translation>Nummerierte Bilder als Video</translation>
        </message>
        <message>
            <source>Of the next analysis; live, Automatic keeps up</source>
            <translation>Für die nächste Analyse; bei der Kamera hält „Automatisch“ mit ihr Schritt</translation>
        </message>
        <message>
            <source>One video is open at a time: {0} of those dropped is opened. 'marey run' does many in a row.</source>
            <translation>Es ist immer nur ein Video offen: von den abgelegten wird {0} geöffnet. 'marey run' bearbeitet viele nacheinander.</translation>
        </message>
        <message>
            <source>Only between in and out</source>
            <translation>Nur zwischen Anfang und Ende</translation>
        </message>
        <message>
            <source>Open &amp;example</source>
            <translation>&amp;Beispiel öffnen</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>&amp;Zuletzt geöffnet</translation>
        </message>
        <message>
            <source>Open a video or a saved analysis</source>
            <translation>Ein Video oder eine gespeicherte Analyse öffnen</translation>
        </message>
        <message>
            <source>Open ca&amp;mera or stream…</source>
            <translation>&amp;Kamera oder Stream öffnen…</translation>
        </message>
        <message>
            <source>Open camera…</source>
            <translation>Kamera öffnen…</translation>
        </message>
        <message>
            <source>Open example</source>
            <translation>Beispiel öffnen</translation>
        </message>
        <message>
            <source>Open folder of pictures</source>
            <translation>Ordner mit Bildern öffnen</translation>
        </message>
        <message>
            <source>Open folder of pictures…</source>
            <translation>Ordner mit Bildern öffnen …</translation>
        </message>
        <message>
            <source>Open it</source>
            <translation>Öffnen</translation>
        </message>
        <message>
            <source>Open the sample video</source>
            <translation>Das Beispielvideo öffnen</translation>
        </message>
        <message>
            <source>Open video</source>
            <translation>Video öffnen</translation>
        </message>
        <message>
            <source>Open video…</source>
            <translation>Video öffnen…</translation>
        </message>
        <message>
            <source>OpenGL</source>
            <translation>OpenGL</translation>
        </message>
        <message>
            <source>Options of {0}</source>
            <translation>Optionen von {0}</translation>
        </message>
        <message>
            <source>Orthograph&amp;ic</source>
            <translation>Or&amp;thografisch</translation>
        </message>
        <message>
            <source>Parameters</source>
            <translation>Parameter</translation>
        </message>
        <message>
            <source>People</source>
            <translation>Personen</translation>
        </message>
        <message>
            <source>People to follow</source>
            <translation>Personen, denen gefolgt wird</translation>
        </message>
        <message numerus="yes">
            <source>Person {0}: in %n frames of {1}</source>
            <translation>
                <numerusform>Person {0}: in %n Bild von {1}</numerusform>
                <numerusform>Person {0}: in %n Bildern von {1}</numerusform>
            </translation>
        </message>
        <message>
            <source>Plots</source>
            <translation>Kurven</translation>
        </message>
        <message>
            <source>Position</source>
            <translation>Position</translation>
        </message>
        <message>
            <source>Pre&amp;vious frame</source>
            <translation>&amp;Voriges Bild</translation>
        </message>
        <message>
            <source>Preset</source>
            <translation>Vorgabe</translation>
        </message>
        <message>
            <source>Presets (*.toml)</source>
            <translation>Vorgaben (*.toml)</translation>
        </message>
        <message>
            <source>Press Analyse to find the person</source>
            <translation>Drücken Sie Analysieren, um die Person zu finden</translation>
        </message>
        <message>
            <source>Previous d&amp;oubtful frame</source>
            <translation>Voriges zweifel&amp;haftes Bild</translation>
        </message>
        <message>
            <source>Processor (CPU)</source>
            <translation>Prozessor (CPU)</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>Fortschritt</translation>
        </message>
        <message>
            <source>QPainter: </source>
            <translation>QPainter: </translation>
        </message>
        <message>
            <source>Quantity</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Recent</source>
            <translation>Zuletzt geöffnet</translation>
        </message>
        <message>
            <source>Record to</source>
            <translation>Aufnehmen in</translation>
        </message>
        <message>
            <source>Recording</source>
            <translation>Aufnahme</translation>
        </message>
        <message>
            <source>Remo&amp;ve person between in and out</source>
            <translation>&amp;Person zwischen Anfang und Ende entfernen</translation>
        </message>
        <message>
            <source>Rename person</source>
            <translation>Person umbenennen</translation>
        </message>
        <message>
            <source>Running</source>
            <translation>Läuft</translation>
        </message>
        <message>
            <source>S&amp;hadow</source>
            <translation>S&amp;chatten</translation>
        </message>
        <message>
            <source>S&amp;mall pictures on the timeline</source>
            <translation>&amp;Vorschaubilder auf der Zeitleiste</translation>
        </message>
        <message>
            <source>S&amp;plit person here</source>
            <translation>Person &amp;hier teilen</translation>
        </message>
        <message>
            <source>S&amp;teps</source>
            <translation>S&amp;chritte</translation>
        </message>
        <message>
            <source>Sa&amp;ve in</source>
            <translation>Sp&amp;eichern in</translation>
        </message>
        <message>
            <source>Save analysis</source>
            <translation>Analyse speichern</translation>
        </message>
        <message>
            <source>Save analysis &amp;as…</source>
            <translation>Analyse speichern &amp;unter…</translation>
        </message>
        <message>
            <source>Save in</source>
            <translation>Speichern in</translation>
        </message>
        <message>
            <source>Save ma&amp;p…</source>
            <translation>Ka&amp;rte speichern…</translation>
        </message>
        <message>
            <source>Save map</source>
            <translation>Karte speichern</translation>
        </message>
        <message>
            <source>Save pic&amp;ture…</source>
            <translation>B&amp;ild speichern…</translation>
        </message>
        <message>
            <source>Save picture</source>
            <translation>Bild speichern</translation>
        </message>
        <message>
            <source>Save plot</source>
            <translation>Kurven speichern</translation>
        </message>
        <message>
            <source>Save the analysis of {0}?</source>
            <translation>Analyse von {0} speichern?</translation>
        </message>
        <message>
            <source>Save trainings in</source>
            <translation>Trainings speichern in</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>Speichern…</translation>
        </message>
        <message>
            <source>Saving the training…</source>
            <translation>Training wird gespeichert…</translation>
        </message>
        <message>
            <source>Score</source>
            <translation>Konfidenz</translation>
        </message>
        <message>
            <source>Select nex&amp;t person</source>
            <translation>Nä&amp;chste Person wählen</translation>
        </message>
        <message>
            <source>Set &amp;in</source>
            <translation>&amp;Anfang setzen</translation>
        </message>
        <message>
            <source>Set o&amp;ut</source>
            <translation>En&amp;de setzen</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Show &amp;everybody</source>
            <translation>&amp;Alle zeigen</translation>
        </message>
        <message>
            <source>Show &amp;log file</source>
            <translation>&amp;Protokolldatei zeigen</translation>
        </message>
        <message>
            <source>Show folder</source>
            <translation>Ordner zeigen</translation>
        </message>
        <message>
            <source>Shrin&amp;k picture</source>
            <translation>Bild ver&amp;kleinern</translation>
        </message>
        <message>
            <source>Side</source>
            <translation>Seite</translation>
        </message>
        <message>
            <source>Slow motion</source>
            <translation>Zeitlupe</translation>
        </message>
        <message>
            <source>Smooth</source>
            <translation>Glätten</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>Geschwindigkeit</translation>
        </message>
        <message>
            <source>Stack</source>
            <translation>Stapel</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Starten</translation>
        </message>
        <message>
            <source>Start &amp;again</source>
            <translation>&amp;Neu starten</translation>
        </message>
        <message>
            <source>Start &amp;from</source>
            <translation>Ausgehen v&amp;on</translation>
        </message>
        <message>
            <source>Start &amp;training</source>
            <translation>&amp;Training starten</translation>
        </message>
        <message>
            <source>Start from</source>
            <translation>Ausgehen von</translation>
        </message>
        <message>
            <source>Start, watch and resume trainings</source>
            <translation>Trainings starten, beobachten und fortsetzen</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>Beginnt</translation>
        </message>
        <message>
            <source>Starting: loading the data…</source>
            <translation>Beginnt: Daten werden geladen…</translation>
        </message>
        <message>
            <source>Steps</source>
            <translation>Schritte</translation>
        </message>
        <message>
            <source>Steps done</source>
            <translation>Getane Schritte</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
        <message>
            <source>Stop the analysis of {0}?</source>
            <translation>Analyse von {0} anhalten?</translation>
        </message>
        <message>
            <source>Stop; what was computed stays</source>
            <translation>Anhalten; was berechnet ist, bleibt</translation>
        </message>
        <message>
            <source>Stopped, can be resumed</source>
            <translation>Angehalten, kann fortgesetzt werden</translation>
        </message>
        <message>
            <source>System</source>
            <translation>System</translation>
        </message>
        <message>
            <source>T&amp;rails</source>
            <translation>Spu&amp;ren</translation>
        </message>
        <message>
            <source>TRC markers (OpenSim, Pose2Sim)</source>
            <translation>TRC-Marker (OpenSim, Pose2Sim)</translation>
        </message>
        <message>
            <source>Take the new part</source>
            <translation>Neuen Teil nehmen</translation>
        </message>
        <message>
            <source>Ten frames back</source>
            <translation>Zehn Bilder zurück</translation>
        </message>
        <message>
            <source>Ten frames forward</source>
            <translation>Zehn Bilder vor</translation>
        </message>
        <message>
            <source>The analysis before is kept. {0} frames were analysed anew.</source>
            <translation>Die vorige Analyse bleibt. {0} Bilder wurden neu analysiert.</translation>
        </message>
        <message>
            <source>The language changes when Marey is started again.</source>
            <translation>Die Sprache wechselt, wenn Marey neu gestartet wird.</translation>
        </message>
        <message>
            <source>The maps come with the first poses of this analysis.</source>
            <translation>Die Karten kommen mit den ersten Posen dieser Analyse.</translation>
        </message>
        <message>
            <source>The range ends here</source>
            <translation>Der Bereich endet hier</translation>
        </message>
        <message>
            <source>The range starts here</source>
            <translation>Der Bereich beginnt hier</translation>
        </message>
        <message>
            <source>The selected person and another one are the same</source>
            <translation>Die gewählte Person und eine andere sind dieselbe</translation>
        </message>
        <message>
            <source>The selected person and the next one are each other</source>
            <translation>Die gewählte Person und die nächste sind in Wahrheit die jeweils andere</translation>
        </message>
        <message>
            <source>The view moves along with the selected person</source>
            <translation>Die Ansicht bewegt sich mit der gewählten Person mit</translation>
        </message>
        <message>
            <source>There are no maps of this lifter now.</source>
            <translation>Von diesem Lifter gibt es jetzt keine Karten.</translation>
        </message>
        <message>
            <source>This frame was not analysed.</source>
            <translation>Dieses Bild wurde nicht analysiert.</translation>
        </message>
        <message>
            <source>This lifter has no maps.</source>
            <translation>Dieser Lifter hat keine Karten.</translation>
        </message>
        <message>
            <source>Throw it away</source>
            <translation>Verwerfen</translation>
        </message>
        <message>
            <source>Timeline</source>
            <translation>Zeitleiste</translation>
        </message>
        <message>
            <source>Top</source>
            <translation>Oben</translation>
        </message>
        <message>
            <source>Train &amp;on</source>
            <translation>Trainieren a&amp;uf</translation>
        </message>
        <message>
            <source>Train on</source>
            <translation>Trainieren auf</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>Training</translation>
        </message>
        <message>
            <source>Turn the 3D view down</source>
            <translation>3D-Ansicht nach unten drehen</translation>
        </message>
        <message>
            <source>Turn the 3D view left</source>
            <translation>3D-Ansicht nach links drehen</translation>
        </message>
        <message>
            <source>Turn the 3D view right</source>
            <translation>3D-Ansicht nach rechts drehen</translation>
        </message>
        <message>
            <source>Turn the 3D view up</source>
            <translation>3D-Ansicht nach oben drehen</translation>
        </message>
        <message>
            <source>Type a command</source>
            <translation>Befehl eintippen</translation>
        </message>
        <message>
            <source>Video in, 3D motion out.</source>
            <translation>Video hinein, 3D-Bewegung heraus.</translation>
        </message>
        <message>
            <source>Video with 2D skeletons</source>
            <translation>Video mit 2D-Skeletten</translation>
        </message>
        <message>
            <source>Videos and analyses</source>
            <translation>Videos und Analysen</translation>
        </message>
        <message>
            <source>Waiting for the camera</source>
            <translation>Warten auf die Kamera</translation>
        </message>
        <message>
            <source>Weight modulation, first layer</source>
            <translation>Gewichtsmodulation, erste Schicht</translation>
        </message>
        <message>
            <source>Weight modulation, second layer</source>
            <translation>Gewichtsmodulation, zweite Schicht</translation>
        </message>
        <message>
            <source>What each channel (column) of each hourglass (row) counts in the result: squeeze and excitation, from 0 to 1, without a unit.</source>
            <translation>Was jeder Kanal (Spalte) jeder Sanduhr (Zeile) im Ergebnis zählt: Squeeze and Excitation, von 0 bis 1, ohne Einheit.</translation>
        </message>
        <message>
            <source>What the pose depends on</source>
            <translation>Wovon die Pose abhängt</translation>
        </message>
        <message>
            <source>Window</source>
            <translation>Fenster</translation>
        </message>
        <message>
            <source>Without it everything has to be detected again.</source>
            <translation>Ohne sie muss alles neu erkannt werden.</translation>
        </message>
        <message>
            <source>Without perspective: equal lengths look equal, near or far</source>
            <translation>Ohne Perspektive: gleiche Längen sehen gleich lang aus, nah oder fern</translation>
        </message>
        <message>
            <source>Working it out…</source>
            <translation>Wird berechnet…</translation>
        </message>
        <message>
            <source>Write BVH, CSV and more</source>
            <translation>BVH, CSV und mehr schreiben</translation>
        </message>
        <message>
            <source>Written: {0}</source>
            <translation>Geschrieben: {0}</translation>
        </message>
        <message>
            <source>Zero is standing upright with hanging arms; positive is the same movement on both sides.</source>
            <translation>Null ist aufrechtes Stehen mit hängenden Armen; positiv ist auf beiden Seiten dieselbe Bewegung.</translation>
        </message>
        <message>
            <source>Zoom &amp;in on the timeline</source>
            <translation>In die &amp;Zeitleiste hineinzoomen</translation>
        </message>
        <message>
            <source>Zoom &amp;out of the timeline</source>
            <translation>Aus der Zeitleiste &amp;herauszoomen</translation>
        </message>
        <message>
            <source>a YOLOX file in place of the person network</source>
            <translation>eine YOLOX-Datei anstelle des Personennetzes</translation>
        </message>
        <message>
            <source>a lifter is called {0} already; choose another name</source>
            <translation>ein Lifter heißt schon {0}; wählen Sie einen anderen Namen</translation>
        </message>
        <message>
            <source>a model that was fetched, by name, or an ONNX file of your own</source>
            <translation>ein geladenes Modell, mit Namen, oder eine eigene ONNX-Datei</translation>
        </message>
        <message>
            <source>a moment left</source>
            <translation>noch einen Augenblick</translation>
        </message>
        <message>
            <source>a new network</source>
            <translation>einem neuen Netz</translation>
        </message>
        <message>
            <source>abduction</source>
            <translation>Abspreizung</translation>
        </message>
        <message>
            <source>about {0} min left</source>
            <translation>noch etwa {0} min</translation>
        </message>
        <message>
            <source>about {0} s left</source>
            <translation>noch etwa {0} s</translation>
        </message>
        <message>
            <source>addresses of that kind are not known here</source>
            <translation>Adressen dieser Art sind hier nicht bekannt</translation>
        </message>
        <message>
            <source>an MMDet config of a person network; without one the picture is one person's box</source>
            <translation>eine MMDet-Konfiguration eines Personennetzes; ohne sie gilt das ganze Bild als Rahmen einer Person</translation>
        </message>
        <message>
            <source>an MMPose config: a file, or the name of one that comes with MMPose</source>
            <translation>eine MMPose-Konfiguration: eine Datei, oder der Name einer, die MMPose mitbringt</translation>
        </message>
        <message>
            <source>an analysis is running: correct when it is through, or cancel it first</source>
            <translation>eine Analyse läuft: korrigieren Sie danach oder brechen Sie sie zuerst ab</translation>
        </message>
        <message>
            <source>analyse</source>
            <translation>analysieren</translation>
        </message>
        <message>
            <source>another program uses it</source>
            <translation>ein anderes Programm benutzt sie</translation>
        </message>
        <message>
            <source>as the preset says ({0})</source>
            <translation>wie in der Vorgabe ({0})</translation>
        </message>
        <message>
            <source>average with the mirrored picture, twice the time</source>
            <translation>mit dem gespiegelten Bild mitteln, doppelte Zeit</translation>
        </message>
        <message>
            <source>bending, left</source>
            <translation>Seitneigung, links</translation>
        </message>
        <message>
            <source>cannot write {0}: a file is where the folder should be; choose another folder</source>
            <translation>{0} kann nicht geschrieben werden: wo der Ordner sein soll, ist eine Datei; bitte einen anderen Ordner wählen</translation>
        </message>
        <message>
            <source>cannot write {0}: a folder of that name is there; choose another name</source>
            <translation>{0} kann nicht geschrieben werden: es gibt einen Ordner dieses Namens; bitte einen anderen Namen wählen</translation>
        </message>
        <message>
            <source>cannot write {0}: no right to write there; choose another folder</source>
            <translation>{0} kann nicht geschrieben werden: kein Schreibrecht; bitte einen anderen Ordner wählen</translation>
        </message>
        <message>
            <source>cannot write {0}: the disk is full; free some space or choose another folder</source>
            <translation>{0} kann nicht geschrieben werden: der Datenträger ist voll; bitte Platz schaffen oder einen anderen Ordner wählen</translation>
        </message>
        <message>
            <source>channel</source>
            <translation>Kanal</translation>
        </message>
        <message>
            <source>choose or drop a folder</source>
            <translation>Ordner wählen oder ablegen</translation>
        </message>
        <message>
            <source>delete {0}</source>
            <translation>{0} löschen</translation>
        </message>
        <message>
            <source>detector {0} cannot run here: {1}</source>
            <translation>Der Detektor {0} läuft hier nicht: {1}</translation>
        </message>
        <message>
            <source>elevation</source>
            <translation>Hebung</translation>
        </message>
        <message>
            <source>exact 2D</source>
            <translation>exaktes 2D</translation>
        </message>
        <message>
            <source>exchange people</source>
            <translation>Personen vertauschen</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>gescheitert</translation>
        </message>
        <message>
            <source>file</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>filled</source>
            <translation>ergänzt</translation>
        </message>
        <message>
            <source>filled in</source>
            <translation>ergänzt</translation>
        </message>
        <message>
            <source>filled in: it was not seen in this frame</source>
            <translation>ergänzt: es war in diesem Bild nicht zu sehen</translation>
        </message>
        <message>
            <source>finished</source>
            <translation>fertig</translation>
        </message>
        <message>
            <source>flexion</source>
            <translation>Beugung</translation>
        </message>
        <message>
            <source>frame</source>
            <translation>Bild</translation>
        </message>
        <message>
            <source>frame looked at</source>
            <translation>betrachtetes Bild</translation>
        </message>
        <message>
            <source>frame that looks</source>
            <translation>schauendes Bild</translation>
        </message>
        <message>
            <source>frame {0} of {1}</source>
            <translation>Bild {0} von {1}</translation>
        </message>
        <message>
            <source>frame {0} of {1} cannot be decoded; the file is damaged there</source>
            <translation>Bild {0} von {1} lässt sich nicht lesen; die Datei ist dort beschädigt</translation>
        </message>
        <message>
            <source>glTF animation (GLB, for viewers and game engines)</source>
            <translation>glTF-Animation (GLB, für Betrachter und Spiele-Engines)</translation>
        </message>
        <message>
            <source>group looked at</source>
            <translation>betrachtete Gruppe</translation>
        </message>
        <message>
            <source>group taken from</source>
            <translation>Gruppe, von der genommen wird</translation>
        </message>
        <message>
            <source>group that looks</source>
            <translation>schauende Gruppe</translation>
        </message>
        <message>
            <source>group that takes</source>
            <translation>Gruppe, die nimmt</translation>
        </message>
        <message>
            <source>heading, left</source>
            <translation>Richtung, links</translation>
        </message>
        <message>
            <source>it asks for a user name and a password: put NAME:PASSWORD@ in front of the address</source>
            <translation>sie verlangt Benutzernamen und Passwort: NAME:PASSWORT@ vor die Adresse setzen</translation>
        </message>
        <message>
            <source>it does not answer</source>
            <translation>sie antwortet nicht</translation>
        </message>
        <message>
            <source>it ended with code {0}</source>
            <translation>es endete mit Code {0}</translation>
        </message>
        <message>
            <source>it has ended</source>
            <translation>sie ist zu Ende</translation>
        </message>
        <message>
            <source>it has hung up</source>
            <translation>die Gegenseite hat aufgelegt</translation>
        </message>
        <message>
            <source>it is not there</source>
            <translation>sie ist nicht da</translation>
        </message>
        <message>
            <source>it lets nobody in with this address</source>
            <translation>mit dieser Adresse wird niemand eingelassen</translation>
        </message>
        <message>
            <source>its joints, where the file does not name them: BODY25B, HALPE26 ...</source>
            <translation>ihre Gelenke, wo die Datei sie nicht nennt: BODY25B, HALPE26 ...</translation>
        </message>
        <message>
            <source>its video codec cannot be decoded here</source>
            <translation>ihr Videocodec kann hier nicht dekodiert werden</translation>
        </message>
        <message>
            <source>its weights</source>
            <translation>ihre Gewichte</translation>
        </message>
        <message>
            <source>joint</source>
            <translation>Gelenk</translation>
        </message>
        <message>
            <source>joint in the picture</source>
            <translation>Gelenk im Bild</translation>
        </message>
        <message>
            <source>joint looked at</source>
            <translation>betrachtetes Gelenk</translation>
        </message>
        <message>
            <source>joint of the 3D pose</source>
            <translation>Gelenk der 3D-Pose</translation>
        </message>
        <message>
            <source>joint taken from</source>
            <translation>Gelenk, von dem genommen wird</translation>
        </message>
        <message>
            <source>joint that looks</source>
            <translation>schauendes Gelenk</translation>
        </message>
        <message>
            <source>joint that takes</source>
            <translation>Gelenk, das nimmt</translation>
        </message>
        <message>
            <source>joints probably off by more than 12 cm</source>
            <translation>Gelenke, die wahrscheinlich um mehr als 12 cm falsch liegen</translation>
        </message>
        <message>
            <source>left and right may be exchanged</source>
            <translation>links und rechts sind vielleicht vertauscht</translation>
        </message>
        <message>
            <source>left hip up</source>
            <translation>linke Hüfte höher</translation>
        </message>
        <message>
            <source>lifter {0} cannot run here: {1}</source>
            <translation>Der Lifter {0} läuft hier nicht: {1}</translation>
        </message>
        <message>
            <source>low score</source>
            <translation>geringe Konfidenz</translation>
        </message>
        <message>
            <source>merge people</source>
            <translation>Personen vereinen</translation>
        </message>
        <message>
            <source>move {0}</source>
            <translation>{0} verschieben</translation>
        </message>
        <message>
            <source>ms / frame</source>
            <translation>ms / Bild</translation>
        </message>
        <message>
            <source>no OpenGL context could be made</source>
            <translation>es ließ sich kein OpenGL-Kontext anlegen</translation>
        </message>
        <message>
            <source>no doubtful frame there</source>
            <translation>dort ist kein zweifelhaftes Bild</translation>
        </message>
        <message>
            <source>no picture can be had from {0}: {1}; is it connected and free?</source>
            <translation>von {0} kommt kein Bild: {1}; ist es angeschlossen und frei?</translation>
        </message>
        <message>
            <source>nobody answers at that address</source>
            <translation>unter dieser Adresse antwortet niemand</translation>
        </message>
        <message>
            <source>nobody is there in {0} of {1} frames and BVH cannot say so: in its frames {2} (counted from 0) the pose is held or blended from before to after</source>
            <translation>in {0} von {1} Bildern ist niemand da, was BVH nicht ausdrücken kann: in seinen Bildern {2} (von 0 an gezählt) bleibt die Haltung stehen oder geht von der vorigen in die nächste über</translation>
        </message>
        <message>
            <source>nobody was found in this video</source>
            <translation>in diesem Video wurde niemand gefunden</translation>
        </message>
        <message>
            <source>nobody was found in this video: every row is empty</source>
            <translation>In diesem Video wurde niemand gefunden: jede Zeile ist leer</translation>
        </message>
        <message>
            <source>nobody was found, so there is no {0} file</source>
            <translation>es wurde niemand gefunden, also gibt es keine {0}-Datei</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>not analysed</source>
            <translation>nicht analysiert</translation>
        </message>
        <message>
            <source>not asked for</source>
            <translation>nicht verlangt</translation>
        </message>
        <message>
            <source>not installed</source>
            <translation>nicht installiert</translation>
        </message>
        <message>
            <source>not opened yet</source>
            <translation>noch nicht geöffnet</translation>
        </message>
        <message>
            <source>not supported: there is no video in the folder {0}</source>
            <translation>nicht unterstützt: im Ordner {0} ist kein Video</translation>
        </message>
        <message>
            <source>not supported: what was dropped is not a file of this computer</source>
            <translation>nicht unterstützt: was abgelegt wurde, ist keine Datei dieses Rechners</translation>
        </message>
        <message>
            <source>not supported: {0} is a motion already; drop the video it is of</source>
            <translation>nicht unterstützt: {0} ist schon eine Bewegung; legen Sie das Video ab, von dem sie ist</translation>
        </message>
        <message>
            <source>not supported: {0} is not a video (drop MP4, MOV, AVI, MKV or WebM)</source>
            <translation>nicht unterstützt: {0} ist kein Video (MP4, MOV, AVI, MKV oder WebM ablegen)</translation>
        </message>
        <message>
            <source>nothing has come from {0} for {1} s; is it still connected?</source>
            <translation>von {0} ist seit {1} s nichts gekommen; ist es noch angeschlossen?</translation>
        </message>
        <message>
            <source>number</source>
            <translation>Zahl</translation>
        </message>
        <message>
            <source>of an ONNX file of your own; COCO17 unless said</source>
            <translation>einer eigenen ONNX-Datei; COCO17, wenn nichts gesagt ist</translation>
        </message>
        <message>
            <source>of the heat maps: argmax, soft or compensated</source>
            <translation>der Heatmaps: argmax, soft oder compensated</translation>
        </message>
        <message>
            <source>of the heat maps: argmax, soft or compensated; the network's own is best</source>
            <translation>der Heatmaps: argmax, soft oder compensated; am besten ist der des Netzes</translation>
        </message>
        <message>
            <source>of the heat maps: argmax, soft or compensated; the network's own where empty</source>
            <translation>der Heatmaps: argmax, soft oder compensated; leer ist es der des Netzes</translation>
        </message>
        <message>
            <source>of the network: lite (fast), full (balanced), heavy (accurate) or auto</source>
            <translation>des Netzes: lite (schnell), full (ausgewogen), heavy (genau) oder auto</translation>
        </message>
        <message>
            <source>of the processor; by default by the size of the network and the number of processors</source>
            <translation>Threads des Prozessors; sonst nach Größe des Netzes und Zahl der Prozessoren</translation>
        </message>
        <message>
            <source>only people who are never there at once can be one: both are in frame {0}</source>
            <translation>nur Personen, die nie zugleich da sind, können eine sein: in Bild {0} sind beide</translation>
        </message>
        <message>
            <source>or drop a video anywhere in this window</source>
            <translation>oder legen Sie ein Video irgendwo in diesem Fenster ab</translation>
        </message>
        <message>
            <source>people were detected with BlazePose's {0} network: 'marey models --fetch {1}' gets the most accurate one</source>
            <translation>Personen wurden mit BlazePoses Netz {0} erkannt: „marey models --fetch {1}“ holt das genaueste</translation>
        </message>
        <message>
            <source>person {0} is left out: there is no frame in which enough of the body was seen</source>
            <translation>Person {0} fehlt: in keinem Bild war genug vom Körper zu sehen</translation>
        </message>
        <message>
            <source>plane (0 aside, 90 in front)</source>
            <translation>Ebene (0 seitlich, 90 vorn)</translation>
        </message>
        <message>
            <source>rate of the video the file was made from; frames are then matched by time</source>
            <translation>Bildrate des Videos, aus dem die Datei entstand; Bilder werden dann nach der Zeit zugeordnet</translation>
        </message>
        <message>
            <source>read back, its joints are at most {0} mm from what was meant; with constant bone lengths they are {1} mm from the lifted joints on average, {2} mm at most</source>
            <translation>zurückgelesen liegen die Gelenke höchstens {0} mm neben dem Gemeinten; mit festen Knochenlängen liegen sie im Mittel {1} mm neben den gehobenen Gelenken, höchstens {2} mm</translation>
        </message>
        <message>
            <source>remove person</source>
            <translation>Person entfernen</translation>
        </message>
        <message>
            <source>rename person</source>
            <translation>Person umbenennen</translation>
        </message>
        <message>
            <source>running</source>
            <translation>läuft</translation>
        </message>
        <message>
            <source>score</source>
            <translation>Konfidenz</translation>
        </message>
        <message>
            <source>select a joint first: click it on the picture or in 3D</source>
            <translation>wählen Sie zuerst ein Gelenk: klicken Sie es auf dem Bild oder in 3D an</translation>
        </message>
        <message>
            <source>set in and out first (keys I and O): the change is made between them</source>
            <translation>setzen Sie zuerst Anfang und Ende (Tasten I und O): geändert wird dazwischen</translation>
        </message>
        <message>
            <source>speed</source>
            <translation>Geschwindigkeit</translation>
        </message>
        <message>
            <source>split person</source>
            <translation>Person teilen</translation>
        </message>
        <message>
            <source>stack</source>
            <translation>Stapel</translation>
        </message>
        <message>
            <source>starting</source>
            <translation>beginnt</translation>
        </message>
        <message>
            <source>stopped</source>
            <translation>angehalten</translation>
        </message>
        <message>
            <source>swap left and right</source>
            <translation>links und rechts tauschen</translation>
        </message>
        <message>
            <source>switched off by MAREY_NO_OPENGL</source>
            <translation>durch MAREY_NO_OPENGL abgeschaltet</translation>
        </message>
        <message>
            <source>test subjects</source>
            <translation>Testpersonen</translation>
        </message>
        <message>
            <source>the connection to {0} was lost: {1}</source>
            <translation>die Verbindung zu {0} ging verloren: {1}</translation>
        </message>
        <message>
            <source>the detector had left and right of person {0} exchanged in {1} frames, they were put back</source>
            <translation>der Detektor hatte links und rechts von Person {0} in {1} Bildern vertauscht; sie wurden zurückgetauscht</translation>
        </message>
        <message>
            <source>the feet are hardly seen: floor and tilt of the camera are guesses</source>
            <translation>Die Füße sind kaum zu sehen: Boden und Neigung der Kamera sind geschätzt</translation>
        </message>
        <message>
            <source>the file or folder with the keypoints</source>
            <translation>die Datei oder der Ordner mit den Keypoints</translation>
        </message>
        <message>
            <source>the file's number of the video's first frame</source>
            <translation>die Nummer des ersten Videobilds in der Datei</translation>
        </message>
        <message>
            <source>the first frame is the T-pose, so that every frame of the video is one later</source>
            <translation>das erste Bild ist die T-Pose, jedes Bild des Videos steht also um eines später</translation>
        </message>
        <message>
            <source>the folder {0} cannot be read: {1}</source>
            <translation>der Ordner {0} kann nicht gelesen werden: {1}</translation>
        </message>
        <message>
            <source>the person network likewise; none takes the picture as one person's box</source>
            <translation>ebenso das Personennetz; none nimmt das Bild als Rahmen einer Person</translation>
        </message>
        <message>
            <source>the recording to {0} has stopped: {1}; what was recorded until then stays, and the stream goes on</source>
            <translation>die Aufnahme in {0} hat aufgehört: {1}; was bis dahin aufgenommen wurde, bleibt, und der Stream läuft weiter</translation>
        </message>
        <message>
            <source>the sample video is not here yet: run 'python3 start.py' once, it fetches it</source>
            <translation>das Beispielvideo ist noch nicht da: starten Sie einmal 'python3 start.py', das holt es</translation>
        </message>
        <message>
            <source>the server there has failed</source>
            <translation>der Server dort hat versagt</translation>
        </message>
        <message>
            <source>the stream from {0} has ended</source>
            <translation>der Stream von {0} ist zu Ende</translation>
        </message>
        <message>
            <source>the video {0} of {1} is not there any more: put it beside {2}</source>
            <translation>Das Video {0} zu {1} ist nicht mehr da: bitte neben {2} legen</translation>
        </message>
        <message>
            <source>the video's frame rate varies and {0} knows one rate: resampled at {1} frames per second</source>
            <translation>die Bildrate des Videos schwankt, {0} kennt nur eine: umgerechnet auf {1} Bilder je Sekunde</translation>
        </message>
        <message>
            <source>the video's frame rate varies: times are the video's own, the header says {0} frames per second</source>
            <translation>die Bildrate des Videos schwankt: die Zeiten sind die des Videos, im Kopf der Datei stehen {0} Bilder je Sekunde</translation>
        </message>
        <message>
            <source>the weights of the person network</source>
            <translation>die Gewichte des Personennetzes</translation>
        </message>
        <message>
            <source>there are not two people: set 'People to follow' to 2 or more and analyse</source>
            <translation>es gibt keine zwei Personen: stellen Sie 'Personen, denen gefolgt wird' auf 2 oder mehr und analysieren Sie</translation>
        </message>
        <message>
            <source>there is no camera {0} here, counted from 0; there are: {1}</source>
            <translation>es gibt hier keine Kamera {0}, von 0 gezählt; vorhanden: {1}</translation>
        </message>
        <message>
            <source>there is no log file yet; it would be {0}</source>
            <translation>es gibt noch keine Protokolldatei; sie hieße {0}</translation>
        </message>
        <message>
            <source>there is no map to save: open 'Attention' on an analysed frame</source>
            <translation>es gibt keine Karte zu speichern: „Aufmerksamkeit“ auf einem analysierten Bild öffnen</translation>
        </message>
        <message>
            <source>there is no picture in what comes from {0}</source>
            <translation>was von {0} kommt, enthält kein Bild</translation>
        </message>
        <message>
            <source>there is no way to it in the network</source>
            <translation>im Netzwerk führt kein Weg dorthin</translation>
        </message>
        <message>
            <source>there is nothing at that address</source>
            <translation>unter dieser Adresse ist nichts</translation>
        </message>
        <message>
            <source>this frame was not analysed</source>
            <translation>dieses Bild wurde nicht analysiert</translation>
        </message>
        <message>
            <source>this joint is nowhere in this frame: put it somewhere with the mouse first</source>
            <translation>dieses Gelenk ist in diesem Bild nirgends: setzen Sie es zuerst mit der Maus</translation>
        </message>
        <message>
            <source>this program may not use it</source>
            <translation>dieses Programm darf sie nicht benutzen</translation>
        </message>
        <message>
            <source>this screen has no OpenGL</source>
            <translation>dieser Bildschirm hat kein OpenGL</translation>
        </message>
        <message>
            <source>this training is running</source>
            <translation>dieses Training läuft</translation>
        </message>
        <message>
            <source>tilt forwards</source>
            <translation>Neigung nach vorn</translation>
        </message>
        <message>
            <source>time in s</source>
            <translation>Zeit in s</translation>
        </message>
        <message>
            <source>twist, left</source>
            <translation>Drehung, links</translation>
        </message>
        <message>
            <source>what comes from there is no video</source>
            <translation>was von dort kommt, ist kein Video</translation>
        </message>
        <message>
            <source>where the models are</source>
            <translation>wo die Modelle liegen</translation>
        </message>
        <message>
            <source>x m</source>
            <translation>x m</translation>
        </message>
        <message>
            <source>y m</source>
            <translation>y m</translation>
        </message>
        <message>
            <source>yes or no</source>
            <translation>ja oder nein</translation>
        </message>
        <message>
            <source>z m</source>
            <translation>z m</translation>
        </message>
        <message>
            <source>{0}   frame {1}</source>
            <translation>{0}   Bild {1}</translation>
        </message>
        <message>
            <source>{0}   score {1}</source>
            <translation>{0}   Konfidenz {1}</translation>
        </message>
        <message>
            <source>{0} cannot be recorded to: {1}</source>
            <translation>in {0} kann nicht aufgenommen werden: {1}</translation>
        </message>
        <message>
            <source>{0} cannot be removed: {1}</source>
            <translation>{0} kann nicht entfernt werden: {1}</translation>
        </message>
        <message>
            <source>{0} cannot be written: {1}</source>
            <translation>{0} kann nicht geschrieben werden: {1}</translation>
        </message>
        <message>
            <source>{0} cannot be written; choose another folder</source>
            <translation>{0} kann nicht geschrieben werden; wählen Sie einen anderen Ordner</translation>
        </message>
        <message>
            <source>{0} corrections made by hand would be lost.</source>
            <translation>{0} von Hand gemachte Korrekturen gingen verloren.</translation>
        </message>
        <message>
            <source>{0} does not exist</source>
            <translation>{0} ist nicht da</translation>
        </message>
        <message>
            <source>{0} for</source>
            <translation>{0} für</translation>
        </message>
        <message>
            <source>{0} frames were analysed. They are kept, and offered when Marey is started the next time.</source>
            <translation>{0} Bilder wurden analysiert. Sie werden aufgehoben und beim nächsten Start von Marey angeboten.</translation>
        </message>
        <message>
            <source>{0} frames/s</source>
            <translation>{0} Bilder/s</translation>
        </message>
        <message>
            <source>{0} has no angle of its own</source>
            <translation>{0} hat keinen eigenen Winkel</translation>
        </message>
        <message>
            <source>{0} has no frame in the chosen range; its time stamps are {1}</source>
            <translation>{0} hat kein Bild im gewählten Bereich; die Zeitstempel sind {1}</translation>
        </message>
        <message>
            <source>{0} holds 2D keypoints: open the video they are of first</source>
            <translation>{0} enthält 2D-Keypoints: öffnen Sie zuerst das Video, von dem sie sind</translation>
        </message>
        <message>
            <source>{0} holds no picture that can be decoded; is the file damaged?</source>
            <translation>{0} enthält kein Bild, das sich lesen lässt; ist die Datei beschädigt?</translation>
        </message>
        <message>
            <source>{0} is a folder; name a video file in it</source>
            <translation>{0} ist ein Ordner; bitte eine Videodatei darin angeben</translation>
        </message>
        <message>
            <source>{0} is among the lifters now, and chosen.</source>
            <translation>{0} ist jetzt unter den Liftern und gewählt.</translation>
        </message>
        <message>
            <source>{0} is empty (0 bytes)</source>
            <translation>{0} ist leer (0 Byte)</translation>
        </message>
        <message>
            <source>{0} is made of {1}: correct those</source>
            <translation>{0} ergibt sich aus {1}: korrigieren Sie diese</translation>
        </message>
        <message>
            <source>{0} is not a saved analysis, or it is damaged ({1})</source>
            <translation>{0} ist keine gespeicherte Analyse, oder sie ist beschädigt ({1})</translation>
        </message>
        <message>
            <source>{0} is not a video that can be read, or it is cut off before its index</source>
            <translation>{0} ist kein lesbares Video, oder es ist vor seinem Index abgeschnitten</translation>
        </message>
        <message>
            <source>{0} is not there</source>
            <translation>{0} ist nicht da</translation>
        </message>
        <message>
            <source>{0} is the same person as</source>
            <translation>{0} ist dieselbe Person wie</translation>
        </message>
        <message>
            <source>{0} is trained: {1} mm on motion that is not in training. It is in the list of lifters.</source>
            <translation>{0} ist trainiert: {1} mm bei Bewegungen, die nicht im Training sind. Er steht in der Liste der Lifter.</translation>
        </message>
        <message>
            <source>{0} may not be read; check its permissions</source>
            <translation>{0} darf nicht gelesen werden; bitte die Rechte prüfen</translation>
        </message>
        <message>
            <source>{0} must be there before and after the cursor to be split: move it</source>
            <translation>{0} muss vor und nach dem Zeiger da sein, um geteilt zu werden: verschieben Sie ihn</translation>
        </message>
        <message>
            <source>{0} of {1} steps</source>
            <translation>{0} von {1} Schritten</translation>
        </message>
        <message>
            <source>{0} on {1}{2}</source>
            <translation>{0} auf {1}{2}</translation>
        </message>
        <message>
            <source>{0} persons were asked for, {1} found</source>
            <translation>{0} Personen waren verlangt, {1} wurden gefunden</translation>
        </message>
        <message>
            <source>{0} takes the place of the detector. Press Analyse.</source>
            <translation>{0} tritt an die Stelle des Detektors. Drücken Sie Analysieren.</translation>
        </message>
        <message>
            <source>{0} uses a video codec that cannot be decoded here</source>
            <translation>{0} nutzt ein Videoformat, das hier nicht gelesen werden kann</translation>
        </message>
        <message>
            <source>{0} {1} mm</source>
            <translation>{0} {1} mm</translation>
        </message>
        <message>
            <source>{0}, mm</source>
            <translation>{0}, mm</translation>
        </message>
        <message>
            <source>{0}. {1} steps of {2}.</source>
            <translation>{0}. {1} Schritte von {2}.</translation>
        </message>
        <message>
            <source>{0}/s</source>
            <translation>{0}/s</translation>
        </message>
        <message>
            <source>{0}: no 3D in this frame</source>
            <translation>{0}: kein 3D in diesem Bild</translation>
        </message>
    </context>
</TS>
