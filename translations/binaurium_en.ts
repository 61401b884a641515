<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ObjectCommands</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::AskTab</name>
    <message numerus="yes">
        <source>%1 has %n channel(s). Where a sound comes from can only be heard with two ears: open a two-channel recording.</source>
        <translation>
            <numerusform>%1 has %n channel. Where a sound comes from can only be heard with two ears: open a two-channel recording.</numerusform>
            <numerusform>%1 has %n channels. Where a sound comes from can only be heard with two ears: open a two-channel recording.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::SceneEditing</name>
    <message numerus="yes">
        <source>A scene holds at most %n source(s).</source>
        <translation>
            <numerusform>A scene holds at most %n source.</numerusform>
            <numerusform>A scene holds at most %n sources.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add %n source(s)</source>
        <translation>
            <numerusform>Add %n source</numerusform>
            <numerusform>Add %n sources</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::SceneFiles</name>
    <message numerus="yes">
        <source>%n sound(s) are not where the scene says, the first is &apos;%1&apos;; they stay silent.</source>
        <translation>
            <numerusform>%n sound is not where the scene says, &apos;%1&apos;; it stays silent.</numerusform>
            <numerusform>%n sounds are not where the scene says, the first is &apos;%1&apos;; they stay silent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sound(s) located</source>
        <translation>
            <numerusform>%n sound located</numerusform>
            <numerusform>%n sounds located</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sound(s) copied beside the scene</source>
        <translation>
            <numerusform>%n sound copied beside the scene</numerusform>
            <numerusform>%n sounds copied beside the scene</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::SceneTab</name>
    <message numerus="yes">
        <source>%n object(s) did not fit and were moved inside.</source>
        <translation>
            <numerusform>%n object did not fit and was moved inside.</numerusform>
            <numerusform>%n objects did not fit and were moved inside.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) selected</source>
        <translation>
            <numerusform>%n object selected</numerusform>
            <numerusform>%n objects selected</numerusform>
        </translation>
    </message>
</context>
</TS>
