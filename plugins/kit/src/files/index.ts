/** All reads of files and all making of folders use these. A pipe, device or huge file in place of a file cannot block, fill or crash the caller. */
export {makeFolder, makeFolderSync} from './make-folder.js'
export {openRegular, type OpenRule} from './open-regular.js'
export {readBounded, readBoundedText, type ReadBounds} from './read-bounded.js'
export {readKernelFile, readKernelFileSync} from './read-kernel.js'
export {readLinesFrom} from './read-lines.js'
export {streamRegular} from './stream-regular.js'
