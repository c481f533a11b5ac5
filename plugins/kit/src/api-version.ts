/** The version of the contract between host and plugins; it grows when a plugin written before would break. */
export const API_VERSION = 1
