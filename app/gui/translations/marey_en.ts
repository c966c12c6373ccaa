<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>marey</name>
        <message numerus="yes">
            <source>%n frames, {0} dropped    latency {1} ms, 95 % under {2} ms</source>
            <translation>
                <numerusform>%n frame, {0} dropped    latency {1} ms, 95 % under {2} ms</numerusform>
                <numerusform>%n frames, {0} dropped    latency {1} ms, 95 % under {2} ms</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Person {0}: in %n frames of {1}</source>
            <translation>
                <numerusform>Person {0}: in %n frame of {1}</numerusform>
                <numerusform>Person {0}: in %n frames of {1}</numerusform>
            </translation>
        </message>
    </context>
</TS>
