/** A section of the configuration, validated and with its defaults. */
export type Settings = Readonly<Record<string, unknown>>
