/** Takes a line about a long step; shown to people. */
export type Progress = (line: string) => void;

/**
 * Says every so often how long a step has been going on, `text: 30 s`, until the function given back is called.
 * The timer does not keep the process alive.
 */
export function startElapsedProgress(progress: Progress, text: string, everyMs: number): () => void {
  const start = performance.now();
  const timer = setInterval(() => {
    progress(`${text}: ${Math.round((performance.now() - start) / 1000)} s`);
  }, everyMs).unref();
  return () => clearInterval(timer);
}
