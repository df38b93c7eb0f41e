import { expect, it } from "vitest";
import { goRetries } from "./go-retries.js";

it.each([
  { config: {}, env: {}, waits: [4, 100, 1000] },
  { config: {}, env: { PLANTON_SANDBOX_POLL_MS: "5", DIGITALOCEAN_HTTP_RETRY_MAX: "2" }, waits: [2, 5, 5] },
  { config: {}, env: { PLANTON_SANDBOX_POLL_MS: "no", DIGITALOCEAN_HTTP_RETRY_MAX: "no" }, waits: [4, 100, 1000] },
  {
    config: { httpRetryMax: 0, httpRetryWaitMin: 1, httpRetryWaitMax: 30 },
    env: { PLANTON_SANDBOX_POLL_MS: "5", DIGITALOCEAN_HTTP_RETRY_MAX: "2" },
    waits: [0, 1000, 30_000],
  },
])("reads $config and $env", ({ config, env, waits }) => {
  const { retryMax, retryWaitMinMs, retryWaitMaxMs, repeatsAnyMethod } = goRetries(
    config,
    env,
    "DIGITALOCEAN_HTTP_RETRY_MAX",
  );
  expect([retryMax, retryWaitMinMs, retryWaitMaxMs, repeatsAnyMethod]).toEqual([...waits, true]);
});
