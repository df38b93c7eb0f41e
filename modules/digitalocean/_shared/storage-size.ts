const mibPerGib = 1024;

/** Storage in GiB as the SDK takes it: MiB in plain digits. Undefined, which leaves it to the size, when there is none. */
export function storageSizeMib(storageGib: number | undefined): string | undefined {
  return storageGib === undefined ? undefined : String(storageGib * mibPerGib);
}
