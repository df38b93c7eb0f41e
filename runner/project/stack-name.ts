const sandboxPrefix = "sandbox.";

/** True for the name of a stack of the sandbox. */
export function isSandboxStack(stack: string): boolean {
  return stack.startsWith(sandboxPrefix);
}

/** A stack's name as the backend has it: in the sandbox "sandbox." comes first, so that the two never mix. */
export function fullStackName(name: string, isSandbox: boolean): string {
  return isSandbox && !isSandboxStack(name) ? `${sandboxPrefix}${name}` : name;
}
