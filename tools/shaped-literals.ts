/** Writes values as JavaScript source. */
export interface ShapedLiterals {
  /**
   * The source of a value of plain objects, lists, texts, numbers and bytes; a function is written as a function that
   * makes what it gives. Objects are calls of the functions of {@link declarations}: those of the same members are made
   * by the same one, which keeps the source small.
   */
  readonly write: (value: unknown) => string;
  /** Source of the functions that what was written so far calls. */
  readonly declarations: () => string;
}

/** Of an object as it is to be written. */
export interface WrittenObject {
  /** Source of its prototype; absent: the usual one. */
  readonly prototype?: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** `describe` tells how an object is to be written; by default as it is. */
export function shapedLiterals(
  describe: (value: object) => WrittenObject = (value) => ({ members: { ...value } }),
): ShapedLiterals {
  const names = new Map<string, string>();
  const declarations: string[] = [];
  const makerOf = (
    parameters: string,
    prototype: string | undefined,
    parts: readonly (readonly [string, string])[],
  ) => {
    // A constructor where there is a prototype, as setting it object by object takes as long as all the rest.
    const body =
      prototype === undefined
        ? `return {${parts.map(([key, value]) => `${key}:${value}`)}}`
        : parts.map(([key, value]) => `this[${key}]=${value}`).join(";");
    const shape = `(${parameters}){${body}}${prototype}`;
    const known = names.get(shape);
    if (known !== undefined) return known;
    const name = `make${names.size}`;
    names.set(shape, name);
    declarations.push(`function ${name}(${parameters}){${body}}\n`);
    if (prototype !== undefined) declarations.push(`${name}.prototype=${prototype};\n`);
    return name;
  };
  const object = (value: object): string => {
    const { prototype, members } = describe(value);
    const given: string[] = [];
    const parts = Object.entries(members).map(([key, member]) => {
      const constant = constantOf(key, member);
      if (constant === undefined) given.push(write(member));
      return [JSON.stringify(key), constant ?? `$${given.length}`] as const;
    });
    const parameters = given.map((_, index) => `$${index + 1}`).join(",");
    return `${prototype === undefined ? "" : "new "}${makerOf(parameters, prototype, parts)}(${given.join(",")})`;
  };
  const write = (value: unknown): string => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "boolean") return String(value);
    if (typeof value === "function") return `() => ${write(value())}`;
    if (value === undefined) return "void 0";
    if (value instanceof Uint8Array) return `new Uint8Array([${value.join(",")}])`;
    if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
    return typeof value === "object" && value !== null ? object(value) : JSON.stringify(value);
  };
  return { write, declarations: () => declarations.join("") };
}

/** Members that have few values. */
const kinds = new Set(["$typeName", "kind", "fieldKind", "listKind", "mapKind", "scalar", "presence"]);

/** Source of a member that is the same in many objects of its kind. */
function constantOf(key: string, member: unknown): string | undefined {
  if (member === undefined) return "void 0";
  if (typeof member === "boolean") return String(member);
  if (kinds.has(key) && (typeof member === "string" || Number.isInteger(member))) return JSON.stringify(member);
  return Array.isArray(member) && member.length === 0 ? "[]" : undefined;
}
