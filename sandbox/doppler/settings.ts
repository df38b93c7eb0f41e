import { choiceSetting } from "../kit/vendor/setting-table.js";

/** What is not certain about Doppler. */
export const settingTable = {
  newOverOld: choiceSetting(["overwrites", "refused"], "a request for a new secret of a name that is there"),
};
