/** `env://NAME`: an environment variable. */
export interface EnvironmentUri {
  readonly scheme: "env";
  readonly name: string;
}

/** `file://path`: the text of a file. */
export interface FileUri {
  readonly scheme: "file";
  /** As written: absolute, relative, or beginning with `~/`. */
  readonly path: string;
}

/** `dotenv://path#NAME`: a variable of a .env file. */
export interface DotenvUri {
  readonly scheme: "dotenv";
  /** As written: absolute, relative, or beginning with `~/`. */
  readonly path: string;
  readonly name: string;
}

/** `doppler://project/config/NAME`: a secret at Doppler. */
export interface DopplerUri {
  readonly scheme: "doppler";
  readonly project: string;
  readonly config: string;
  readonly name: string;
}

/** `op://vault/item/[section/]field`: a secret reference of 1Password. */
export interface OnePasswordUri {
  readonly scheme: "op";
  readonly vault: string;
  readonly item: string;
}

/** `exec:program arguments`: what a program prints. */
export interface ExecUri {
  readonly scheme: "exec";
  readonly program: string;
  readonly args: readonly string[];
}

/** Where a secret is kept, with the two forms of its text. */
export type SecretUri = (EnvironmentUri | FileUri | DotenvUri | DopplerUri | OnePasswordUri | ExecUri) & {
  /** As written, without space around it. Arguments of a program may hold secrets: never print it. */
  readonly text: string;
  /** For people: the text, for `exec:` without the arguments. */
  readonly shown: string;
};

/** A text that begins with a known scheme and goes on wrongly. */
export interface MalformedSecretUri {
  readonly scheme: "malformed";
  /** For people: the scheme alone, as the rest may be a literal secret that begins like a URI. */
  readonly shown: string;
  /** Lower case: what is wrong and what is expected. */
  readonly problem: string;
  readonly hint: string;
}

/** Name of a scheme. */
export type SecretScheme = SecretUri["scheme"];

/** How URIs of each scheme are written. */
export const secretUriForms: Readonly<Record<SecretScheme, string>> = {
  env: "env://NAME",
  file: "file://path",
  dotenv: "dotenv://path#NAME",
  doppler: "doppler://project/config/NAME",
  op: "op://vault/item/field",
  exec: "exec:program arguments",
};
