/** Whether a text holds a line break or another control character. */
export function hasControlCharacter(text: string): boolean {
  // Inside of the function: V8 works out the class where it meets the pattern, 0.3 ms at every start of a program.
  return /\p{Cc}/u.test(text);
}
