/** Names of the two libraries that make up TensorFlow's C interface. */
export interface LibraryFiles {
  /** Graphs, functions and eager operations, inside a wheel's `tensorflow` folder. */
  readonly main: string
  /** The same in the archives for C, of which tfjs-node-gpu downloads one (2.9.1). */
  readonly stockMain: string
  /** The main library stands on it. */
  readonly framework: string
}

/**
 * @returns null where TensorFlow's wheels hold no library that loads without Python: Windows, and
 *   Macs with Intel processors, for which none is published any more
 */
export function libraryFiles(platform: NodeJS.Platform, architecture: string): LibraryFiles | null {
  if (platform === 'linux' && (architecture === 'x64' || architecture === 'arm64')) {
    return {
      main: 'libtensorflow_cc.so.2',
      stockMain: 'libtensorflow.so.2',
      framework: 'libtensorflow_framework.so.2',
    }
  }
  if (platform === 'darwin' && architecture === 'arm64') {
    return {
      main: 'libtensorflow_cc.2.dylib',
      stockMain: 'libtensorflow.2.dylib',
      framework: 'libtensorflow_framework.2.dylib',
    }
  }
  return null
}
