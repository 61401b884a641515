<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
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
</TS>
