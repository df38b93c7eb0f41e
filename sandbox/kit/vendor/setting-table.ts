/** A setting that is on or off. */
export interface BooleanSetting {
  readonly kind: "boolean";
  readonly preset: boolean;
  readonly meaning: string;
}

/** A setting that is an integer from `least` to `most`. */
export interface NumberSetting {
  readonly kind: "number";
  readonly preset: number;
  readonly least: number;
  readonly most: number;
  readonly meaning: string;
}

/** A setting that is one of some words. */
export interface ChoiceSetting<Choice extends string = string> {
  readonly kind: "choice";
  readonly preset: Choice;
  readonly choices: readonly Choice[];
  readonly meaning: string;
}

/** How a vendor's stand-in behaves where that is not certain, or where tests want it otherwise. */
export type Setting = BooleanSetting | NumberSetting | ChoiceSetting;

/** A vendor's settings by name; a table without entries when it has none. */
export type SettingTable = Readonly<Record<string, Setting>>;

/** Value of a setting. */
export type SettingValue = boolean | number | string;

/** The values of a table's settings. */
export type SettingValues<Table extends SettingTable> = {
  readonly [Key in keyof Table]: Table[Key] extends ChoiceSetting<infer Choice>
    ? Choice
    : Table[Key] extends NumberSetting
      ? number
      : boolean;
};

/** Describes a setting that is on or off. */
export function booleanSetting(preset: boolean, meaning: string): BooleanSetting {
  return { kind: "boolean", preset, meaning };
}

/** Describes a setting that is an integer from `range[0]` to `range[1]`. */
export function numberSetting(preset: number, range: readonly [number, number], meaning: string): NumberSetting {
  return { kind: "number", preset, least: range[0], most: range[1], meaning };
}

/** Describes a setting that is one of some words, the first one unless set. */
export function choiceSetting<const Choice extends string>(
  choices: readonly [Choice, ...Choice[]],
  meaning: string,
): ChoiceSetting<Choice> {
  return { kind: "choice", preset: choices[0], choices, meaning };
}

/** What a setting takes, for messages: `one of "a", "b"`. */
export function settingForm(setting: Setting): string {
  if (setting.kind === "boolean") return "true or false";
  if (setting.kind === "number") return `an integer from ${setting.least} to ${setting.most}`;
  return `one of ${setting.choices.map((choice) => `"${choice}"`).join(", ")}`;
}

/** The value of a setting from JSON, or from a string as a command line has it; undefined when it is none. */
export function parseSetting(setting: Setting, value: unknown): SettingValue | undefined {
  if (setting.kind === "choice") return setting.choices.find((choice) => choice === value);
  if (setting.kind === "boolean") {
    if (typeof value === "boolean") return value;
    return value === "true" ? true : value === "false" ? false : undefined;
  }
  const number = typeof value === "string" && /^[0-9]{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) return undefined;
  return number >= setting.least && number <= setting.most ? number : undefined;
}

/** All values of a table: the stored ones where they are valid, else the presets. */
export function settingValues<Table extends SettingTable>(
  table: Table,
  stored: Readonly<Record<string, unknown>>,
): SettingValues<Table> {
  const entries = Object.entries(table).map(([key, setting]) => [
    key,
    parseSetting(setting, stored[key]) ?? setting.preset,
  ]);
  // Each value was checked against its own entry of the table just now.
  return Object.fromEntries(entries) as SettingValues<Table>;
}
