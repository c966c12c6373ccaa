<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>marey</name>
        <message>
            <source>   grey: {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>  (shown)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source> (variable)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;About Marey</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Analyse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Axes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Camera of the video</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Clear range</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Close video</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Delete selected joint here</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Detector options…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;First frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Fit picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Focal length / longer side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Front</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Keyboard</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Last frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Lift on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Light</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Move joints with the mouse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Name person…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Next frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Open video…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;People to follow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Play or pause</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Previous lifter's result</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Repeat</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Reset layout</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Save analysis…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Show frames while they are analysed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Skeleton on the picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Swap left and right between in and out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Top</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Weights of the shown map as arcs</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>&amp;Whole file on the timeline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>, ms</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>3D view</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>About Marey</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>All files</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>All heads</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Analyse a video to see what the lifter looks at.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Analyse again to use the other detector</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Automatic levels</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>C&amp;orner</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Camera</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Camera looks &amp;down by</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Camera looks down by</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Camera or address</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Camera or stream</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Choose…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Close</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Close notification</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Colours of the s&amp;ystem</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Command</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Compare</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Compare &amp;lifters</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Compare lifters</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Comparing: {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Copy</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Cut-off of the smoothing</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Details</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Detecting</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Detector</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>E&amp;xchange two people from here on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>E&amp;xport…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Export</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>F&amp;ull screen</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>File name</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>File name without ending</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Find a &amp;command…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Find the person in every frame and lift to 3D</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Floor &amp;grid</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Fo&amp;llow person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Focal length</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Folder</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Folder for the files</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Follow a camera, a network stream, or a file as if it were live</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Formats</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Free software, Apache License 2.0.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>From here on the selected person is somebody else</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Front</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Heads from left to right, top to bottom.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Joint</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Joint &amp;names</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Joints</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Joints of the current frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Jump to where the pose should be looked at</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Keep what was detected and corrected</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Keyboard</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Lift on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Lift this clip with every lifter and compare</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Lifter</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Lifters compared</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Lifting to 3D</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Live</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Loading the detector</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Loading the lifter</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Loading the lifter…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Longest &amp;gap to fill</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Longest gap to fill</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Look from: </source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Main toolbar</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Mend exchanged left and right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Mer&amp;ge two people</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Merge with</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Name of {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Next &amp;doubtful frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>No lifter has weights here: train one with 'marey train'.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Nobody in this frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Nobody in this frame.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Nobody was found in this video.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Not analysed yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Nothing yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Only between in and out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open &amp;example</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open a video or a saved analysis</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open ca&amp;mera or stream…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open example</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open the sample video</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open video</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Open video…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>OpenGL</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Options of {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>People</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>People to follow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Person {0}: {1} of {2} frames</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Plots</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Pre&amp;vious frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Press Analyse to find the person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Previous d&amp;oubtful frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Progress</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>QPainter: </source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Quantity</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Recent</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Record to</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Recording</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Remo&amp;ve person between in and out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Rename person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Rows look at columns; each row adds up to 1.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>S&amp;hadow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>S&amp;mall pictures on the timeline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>S&amp;plit person here</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save analysis</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save ma&amp;p…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save map</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save pic&amp;ture…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save plot</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Save…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Set</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Set &amp;in</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Set o&amp;ut</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Settings</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Show &amp;everybody</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Show &amp;log file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Show folder</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Smooth</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Speed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Start</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Starting</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Stop; what was computed stays</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>T&amp;rails</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Ten frames back</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Ten frames forward</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The range ends here</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The range starts here</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The selected person and another one are the same</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>The selected person and the next one are each other</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>This lifter has no maps.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Timeline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Top</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Type a command</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Video in, 3D motion out.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Video with 2D skeletons</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Videos and analyses</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Waiting for the camera</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>What the network sees</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Write BVH, CSV and more</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Written: {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Zoom &amp;in on the timeline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>Zoom &amp;out of the timeline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>a moment left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>about {0} min left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>about {0} s left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>delete {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>exchange people</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>filled</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>filled in</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>filled in: it was not seen in this frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>frame {0} of {1}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>left and right may be exchanged</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>low score</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>merge people</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>move {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>no OpenGL context could be made</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>no doubtful frame there</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>nobody was found in this video</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>not analysed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>not asked for</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>not installed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>not opened yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>not supported: what was dropped is not a file of this computer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>not supported: {0} is not a video (drop MP4, MOV, AVI, MKV or WebM)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>number</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>only people who are never there at once can be one: both are in frame {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>or drop a video anywhere in this window</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>remove person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>rename person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>select a joint first: click it on the picture or in 3D</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>set in and out first (keys I and O): the change is made between them</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>split person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>swap left and right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>switched off by MAREY_NO_OPENGL</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>the sample video is not here yet: run 'python3 start.py' once, it fetches it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>there are not two people: set 'People to follow' to 2 or more and analyse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>there is no log file yet; it would be {0}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>there is no map to save: open 'What the network sees' on an analysed frame</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>this frame was not analysed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>this screen has no OpenGL</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>time in s</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>yes or no</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0}   frame {1}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0}   score {1}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} cannot be written: {1}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} cannot be written; choose another folder</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} frames, {1} dropped    latency {2:.0f} ms, 95 % under {3:.0f} ms</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} is made of {1}: correct those</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} is not there</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} is the same person as</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0} must be there before and after the cursor to be split: move it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <source>{0}: no 3D in this frame</source>
            <translation type="unfinished" />
        </message>
    </context>
</TS>
