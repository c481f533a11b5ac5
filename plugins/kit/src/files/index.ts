/** Every file is read through these. Nothing that stands in the place of a file can block, fill or crash the reader. */
export {openRegular, type OpenRule} from './open-regular.js'
export {readBounded, readBoundedText, type ReadBounds} from './read-bounded.js'
export {readKernelFile, readKernelFileSync} from './read-kernel.js'
export {readLinesFrom} from './read-lines.js'
export {streamRegular} from './stream-regular.js'
