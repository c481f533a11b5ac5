#!/usr/bin/env -S node --enable-source-maps
process.setSourceMapsEnabled(true)
const {main} = await import('../dist/main.js')

await main(process.argv.slice(2), import.meta.url)
