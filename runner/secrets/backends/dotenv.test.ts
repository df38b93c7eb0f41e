import { describe, expect, it } from "vitest";
import { parseDotenv } from "./dotenv.js";

const valuesOf = (text: string): Record<string, string> =>
  Object.fromEntries([...parseDotenv(text)].map(([name, { value }]) => [name, value]));

describe("parseDotenv", () => {
  it.each<[what: string, text: string, values: Record<string, string>]>([
    ["plain", "A=b", { A: "b" }],
    ["empty", "A=\nB=''\nC=\"\"\n", { A: "", B: "", C: "" }],
    ["space around", "  A = b c  \nB=d", { A: "b c", B: "d" }],
    ["names", "a.b-c_1=x", { "a.b-c_1": "x" }],
    ["export", "export A=b\nexport\tB=c\nexport=d", { A: "b", B: "c", export: "d" }],
    ["colon", "A: b\nB:c", { A: "b" }],
    ["equal signs", "A=b==", { A: "b==" }],
    ["comments", "# A=b\nC=d # e #f\n  #G=h", { C: "d" }],
    ["comment after quotes", "A='b #c' # d\nB=\"e # f\"#g\nC=`h`", { A: "b #c", B: "e # f", C: "h" }],
    ["only a comment", "A= # b", { A: "" }],
    ["quotes keep space", "A='  b  '\nB=\"  c  \"\nC=`  d  `", { A: "  b  ", B: "  c  ", C: "  d  " }],
    ["quotes in quotes", `A='b "c"'\nB="d 'e'"\nC=\`f "g" 'h'\``, { A: 'b "c"', B: "d 'e'", C: `f "g" 'h'` }],
    ["inner quotes", `A={"b": "c"}\nB="d\nC=e'`, { A: `{"b": "c"}`, B: `"d`, C: "e'" }],
    ["escapes", `A="b\\nc\\rd\\te\\"f\\\\n\\$g\\h"`, { A: 'b\nc\rd\te"f\\n$g\\h' }],
    ["no escapes", `A=b\\nc\nB='d\\ne'\nC='f\\'g'`, { A: "b\\nc", B: "d\\ne", C: "f\\'g" }],
    ["backslash at the end", `A="b\\\\"\nC=d`, { A: "b\\", C: "d" }],
    ["no expansion", 'A=$B$(C)\nD="$E"', { A: "$B$(C)", D: "$E" }],
    ["lines in double quotes", 'A="b\nC=d\n#e"\nF=g', { A: "b\nC=d\n#e", F: "g" }],
    ["lines in single quotes", "A='b\nc'\nD=e", { A: "b\nc", D: "e" }],
    ["line ends", "A=b\r\nB=c\rC='d\r\ne'\r\n", { A: "b", B: "c", C: "d\ne" }],
    ["byte order mark", "\uFEFFA=b", { A: "b" }],
    ["the last one counts", "A=b\nA=c", { A: "c" }],
    ["other lines", "what is this\n=x\nA\nB=c", { B: "c" }],
    ["names of objects", "__proto__=a\nconstructor=b", { ["__proto__"]: "a", constructor: "b" }],
  ])("%s", (_what, text, values) => {
    expect(Object.entries(valuesOf(text))).toEqual(Object.entries(values));
  });

  it.each([
    ["A=b#c", true],
    ["A=#b", false],
    ["A=b #c", false],
    ["A='b#c'", false],
  ])("recognizes whether %j may be cut by others", (text, isAmbiguous) => {
    expect(parseDotenv(text).get("A")?.isAmbiguous).toBe(isAmbiguous);
  });

  it("is fast on a long text of open quotes", () => {
    const begun = performance.now();
    parseDotenv(`${`A="\\"`.repeat(5_000)}\n${"B='\\' ".repeat(5_000)}`);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
