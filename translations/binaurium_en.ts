<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AuditCharts</name>
    <message numerus="yes">
        <source>%n thing(s) stand in two splits (first: %1 %2 in %3)</source>
        <translation>
            <numerusform>%n thing stands in two splits (first: %1 %2 in %3)</numerusform>
            <numerusform>%n things stand in two splits (first: %1 %2 in %3)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n id(s) stand twice</source>
        <translation>
            <numerusform>%n id stands twice</numerusform>
            <numerusform>%n ids stand twice</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answer(s) are not what their program gives (first: %1)</source>
        <translation>
            <numerusform>%n answer is not what its program gives (first: %1)</numerusform>
            <numerusform>%n answers are not what their program gives (first: %1)</numerusform>
        </translation>
    </message>
</context>
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
    <name>binaurium::ModelBar</name>
    <message numerus="yes">
        <source>%n sound(s)</source>
        <translation>
            <numerusform>%n sound</numerusform>
            <numerusform>%n sounds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::AuditPanel</name>
    <message numerus="yes">
        <source>%n question(s) are asked twice about the same scene.</source>
        <translation>
            <numerusform>%n question is asked twice about the same scene.</numerusform>
            <numerusform>%n questions are asked twice about the same scene.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::BuildPanel</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unit(s) found no scene.</source>
        <translation>
            <numerusform>%n unit found no scene.</numerusform>
            <numerusform>%n units found no scene.</numerusform>
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
    <name>binaurium::ScenePreview</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
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
<context>
    <name>Training</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::CompletionsView</name>
    <message numerus="yes">
        <source>%n completion(s)</source>
        <translation>
            <numerusform>%n completion</numerusform>
            <numerusform>%n completions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n completion(s)</source>
        <translation>
            <numerusform>%1 of %n completion</numerusform>
            <numerusform>%1 of %n completions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>(%n line(s) could not be read)</source>
        <translation>
            <numerusform>(%n line could not be read)</numerusform>
            <numerusform>(%n lines could not be read)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::CurvePlot</name>
    <message numerus="yes">
        <source>%n value(s) that are no numbers</source>
        <translation>
            <numerusform>%n value that is no number</numerusform>
            <numerusform>%n values that are no numbers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not a number</source>
        <translation>
            <numerusform>%n not a number</numerusform>
            <numerusform>%n not a number</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::CurvesPanel</name>
    <message numerus="yes">
        <source>Wrote %n file(s) beside %1.</source>
        <translation>
            <numerusform>Wrote %n file beside %1.</numerusform>
            <numerusform>Wrote %n files beside %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::OptionForm</name>
    <message numerus="yes">
        <source>needs %n number(s)</source>
        <translation>
            <numerusform>needs %n number</numerusform>
            <numerusform>needs %n numbers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::RunSetup</name>
    <message numerus="yes">
        <source>at most %n seed(s)</source>
        <translation>
            <numerusform>at most %n seed</numerusform>
            <numerusform>at most %n seeds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>▶ Sta&amp;rt %n run(s)</source>
        <translation>
            <numerusform>▶ Sta&amp;rt %n run</numerusform>
            <numerusform>▶ Sta&amp;rt %n runs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>binaurium::TrainingTab</name>
    <message numerus="yes">
        <source>%n line(s) of its events could not be read</source>
        <translation>
            <numerusform>%n line of its events could not be read</numerusform>
            <numerusform>%n lines of its events could not be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) that were started here still train.</source>
        <translation>
            <numerusform>%n run that was started here still trains.</numerusform>
            <numerusform>%n runs that were started here still train.</numerusform>
        </translation>
    </message>
</context>
</TS>
