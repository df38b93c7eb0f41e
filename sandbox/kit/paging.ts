/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Counts from 1. */
  readonly page: number;
  readonly perPage: number;
  /** Number of the last page, at least 1. */
  readonly lastPage: number;
  /** Number of all items. */
  readonly total: number;
}

/** Cuts one page out of a list. A page number below 1 counts as 1; a page behind the last one is empty. */
export function cutPage<Item>(all: readonly Item[], page: number, perPage: number): Page<Item> {
  const wanted = Math.max(1, Math.trunc(page));
  const size = Math.max(1, Math.trunc(perPage));
  return {
    items: all.slice((wanted - 1) * size, wanted * size),
    page: wanted,
    perPage: size,
    lastPage: Math.max(1, Math.ceil(all.length / size)),
    total: all.length,
  };
}
