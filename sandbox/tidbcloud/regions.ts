import { invalid } from "./refusals.js";

/** A region of the sandbox. */
export interface Region {
  /** "aws-us-west-2". */
  readonly regionId: string;
  readonly cloudProvider: "aws" | "alicloud";
  readonly displayName: string;
  readonly servicePlans: readonly ("Starter" | "Essential" | "Premium")[];
  /** Of its private endpoints. */
  readonly zones: readonly string[];
}

const region = (regionId: string, displayName: string, facts: Pick<Region, "servicePlans" | "zones">): Region => ({
  regionId,
  cloudProvider: regionId.startsWith("aws-") ? "aws" : "alicloud",
  displayName,
  ...facts,
});

/** Regions of Starter and Essential, a selection of those in TiDB Cloud's console (2026-03). */
export const regions: readonly Region[] = [
  region("aws-us-east-1", "N. Virginia (us-east-1)", {
    servicePlans: ["Starter", "Essential"],
    zones: ["use1-az1", "use1-az2", "use1-az4"],
  }),
  region("aws-us-west-2", "Oregon (us-west-2)", {
    servicePlans: ["Starter", "Essential", "Premium"],
    zones: ["usw2-az1", "usw2-az2", "usw2-az3"],
  }),
  region("aws-eu-central-1", "Frankfurt (eu-central-1)", {
    servicePlans: ["Starter", "Essential"],
    zones: ["euc1-az1", "euc1-az2"],
  }),
  region("aws-ap-northeast-1", "Tokyo (ap-northeast-1)", {
    servicePlans: ["Starter", "Essential", "Premium"],
    zones: ["apne1-az1", "apne1-az2", "apne1-az4"],
  }),
  region("aws-ap-southeast-1", "Singapore (ap-southeast-1)", {
    servicePlans: ["Starter", "Essential"],
    zones: ["apse1-az1", "apse1-az2", "apse1-az3"],
  }),
  region("alicloud-ap-southeast-1", "Singapore (ap-southeast-1)", {
    servicePlans: ["Starter", "Essential"],
    zones: ["ap-southeast-1a", "ap-southeast-1b"],
  }),
];

/** The region of a name such as "regions/aws-us-west-2". Refuses an unknown one with 400. */
export function regionNamed(name: string): Region {
  const found = regions.find(({ regionId }) => `regions/${regionId}` === name);
  if (found === undefined) throw invalid(`region "${name}" does not exist`);
  return found;
}

/** A region as the API returns it. */
export function regionResponse({ regionId, cloudProvider, displayName, servicePlans }: Region): unknown {
  return {
    name: `regions/${regionId}`,
    regionId,
    cloudProvider,
    displayName,
    provider: cloudProvider,
    servicePlans,
  };
}
