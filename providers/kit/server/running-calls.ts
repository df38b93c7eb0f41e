/** The calls that a server is handling. */
export interface RunningCalls {
  /** Fires when the server stops: nobody waits for a response any more. */
  readonly stopped: AbortSignal;
  /** Counts a call until it ends, however it ends. */
  track(call: Promise<unknown>): void;
  /** Ends as soon as no call is running. */
  idle(): Promise<void>;
  /** Fires {@link stopped}. */
  stop(): void;
}

/** Makes an empty set. */
export function createRunningCalls(): RunningCalls {
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  return {
    stopped: stopping.signal,
    track(call) {
      running.add(call);
      const forget = (): void => void running.delete(call);
      call.then(forget, forget);
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    stop: () => stopping.abort(),
  };
}
