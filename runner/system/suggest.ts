import { distance } from "fastest-levenshtein";

/**
 * The candidate that a misspelt word most likely means, or undefined when none is near. Case, dashes and underscores
 * do not count; of equally near ones the first wins.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(word);
  if (wanted === "" || wanted.length > 100) return undefined;
  let best: string | undefined;
  // Two letters in the wrong order count as two changes.
  const allowed = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    const candidatePlain = plain(candidate);
    const tooFar = Math.abs(candidatePlain.length - wanted.length) >= bestDistance;
    const found = tooFar ? bestDistance : distance(wanted, candidatePlain);
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best ?? beginningWith(wanted, candidates);
}

/** The one candidate that begins with the word or is the beginning of it. */
function beginningWith(wanted: string, candidates: readonly string[]): string | undefined {
  if (wanted.length < 3) return undefined;
  const found = candidates.filter((candidate) => {
    const other = plain(candidate);
    return other.startsWith(wanted) || (other.length >= 3 && wanted.startsWith(other));
  });
  return new Set(found.map(plain)).size === 1 ? found[0] : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_\s]/g, "");
}
