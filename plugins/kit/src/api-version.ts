/** The version of the contract between host and plugins; it grows with what plugins may do. */
export const API_VERSION = 2

/** Versions that this host speaks. A plugin of an earlier one is asked and answered as it was then. */
export const SPOKEN_API_VERSIONS: readonly number[] = [1, API_VERSION]
