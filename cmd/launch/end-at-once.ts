/**
 * Calls `last` when the process has nothing left to do and then ends it, as taking down the heap takes longer than leaving
 * it to the system. After an error that nobody caught node has yet to print it.
 */
export function endAtOnce(last: () => void): void {
  let isBroken = false;
  process.once("uncaughtExceptionMonitor", () => {
    isBroken = true;
  });
  process.on("exit", () => {
    last();
    if (!isBroken) process.exit();
  });
}
