import { didYouMean } from "../did-you-mean.js";
import { type SecretScheme, secretUriForms } from "./secret-uri.js";

/** What a text that is no secret URI looks like. */
export interface NearSecretUri {
  /** What it begins with, up to the slashes; the rest may be a secret. */
  readonly beginning: string;
  /** The form that was probably meant: "doppler://project/config/NAME". */
  readonly form: string;
}

const schemes = (Object.keys(secretUriForms) as SecretScheme[]).filter((scheme) => scheme !== "exec");

/** The secret URI that a text was probably meant to be: another spelling of its scheme, or one slash in place of two. */
export function nearSecretUri(text: string): NearSecretUri | undefined {
  const [beginning, scheme = ""] = /^\s*(\w{2,10}):\/{1,2}(?=[^/\s])/.exec(text) ?? [];
  const meant = beginning === undefined ? undefined : didYouMean(scheme, schemes);
  if (beginning === undefined || meant === undefined) return undefined;
  // Lists of names are not typed by their values.
  return { beginning: beginning.trim(), form: secretUriForms[meant as SecretScheme] };
}
