/** Every file is read, and every folder made, through these. Nothing that stands in their place can block, fill or crash the caller. */
export {makeFolder, makeFolderSync} from './make-folder.js'
export {openRegular, type OpenRule} from './open-regular.js'
export {readBounded, readBoundedText, type ReadBounds} from './read-bounded.js'
export {readKernelFile, readKernelFileSync} from './read-kernel.js'
export {readLinesFrom} from './read-lines.js'
export {streamRegular} from './stream-regular.js'
