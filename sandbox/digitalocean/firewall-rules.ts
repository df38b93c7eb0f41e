import { isIPv4 } from "node:net";
import { type JsonObject, stringField } from "../kit/base/json-fields.js";
import { Refusal } from "../kit/base/refusal.js";
import { accountState, type Request } from "./account-request.js";
import { isUuid } from "./clusters/check-cluster.js";
import { messages } from "./messages.js";
import { type FirewallRule, timeText } from "./state.js";
import { findTag } from "./tags.js";

const maxRules = 100;

/**
 * The rules of a request; a rule of `present` with the same type and value keeps its id and time. Refuses other types,
 * values that do not fit the type, IPv6, unknown tags and more than 100 rules (digitalocean/openapi 7c1300c4).
 */
export function firewallRules(
  rules: readonly JsonObject[],
  present: readonly FirewallRule[],
  request: Request,
): FirewallRule[] {
  if (rules.length > maxRules) throw new Refusal(422, messages.ruleLimit);
  return rules.map((rule) => {
    const type = stringField(rule, "type");
    const value = stringField(rule, "value");
    checkValue(type, value, request);
    const same = present.find((entry) => entry.type === type && entry.value === value);
    return {
      uuid: same?.uuid ?? request.uuid(),
      type,
      value,
      description: stringField(rule, "description"),
      createdAt: same?.createdAt ?? timeText(request.nowMs),
    };
  });
}

function checkValue(type: string, value: string, request: Request): void {
  switch (type) {
    case "ip_addr":
      if (value.includes(":")) throw new Refusal(422, messages.ruleIpv6);
      if (!isAddressOrRange(value)) throw new Refusal(422, messages.ruleValue);
      return;
    case "droplet":
      if (!/^[0-9]+$/.test(value)) throw new Refusal(422, messages.ruleValue);
      return;
    case "k8s":
    case "app":
      if (!isUuid(value)) throw new Refusal(422, messages.ruleValue);
      return;
    case "tag":
      if (findTag(accountState(request), value) === undefined) throw new Refusal(422, messages.ruleTag);
      return;
    default:
      throw new Refusal(422, messages.ruleType);
  }
}

function isAddressOrRange(value: string): boolean {
  const [address = "", prefix, ...rest] = value.split("/");
  if (!isIPv4(address) || rest.length > 0) return false;
  return prefix === undefined || (/^[0-9]{1,2}$/.test(prefix) && Number(prefix) <= 32);
}
