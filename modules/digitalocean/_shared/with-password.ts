import { all, type Output } from "@pulumi/pulumi";
import { asFilledText } from "../../../http/json.js";

/** An address that holds a password; undefined while that is not known: the plugin writes the address without it then. */
export function withPassword(uri: Output<string>, password: Output<string>): Output<string | undefined> {
  return all([uri, password]).apply(([text, known]) => (asFilledText(known) === undefined ? undefined : text));
}
