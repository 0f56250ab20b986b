import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import koffi from 'koffi'
import { AppError, reasonOf } from '../../../core/errors/errors.ts'
import { bindFunctions, type CFunctions } from './c-functions.ts'
import { libraryFiles } from './library-files.ts'

/** Bind now | visible to later libraries | never unload (`dlfcn.h`). */
const openFlags: Partial<Record<NodeJS.Platform, number>> = {
  linux: 0x2 | 0x100 | 0x1000,
  darwin: 0x2 | 0x8 | 0x80,
}

let loaded: { readonly folder: string; readonly functions: CFunctions } | null = null

/**
 * Loads the two TensorFlow libraries of a folder. A process holds one TensorFlow for its whole life: the
 * library cannot be unloaded (its threads would run into unmapped code at exit), so it is opened with
 * the flag that says so before the FFI library sees it.
 * @throws AppError `engine.unavailable`
 */
export function loadLibrary(folder: string): CFunctions {
  if (loaded !== null) {
    if (loaded.folder === folder) return loaded.functions
    unavailable(msg('failure.otherLibrary', { folder: loaded.folder }))
  }
  const flags = openFlags[process.platform]
  const files = libraryFiles(process.platform, process.arch)
  if (flags === undefined || files === null) {
    unavailable(
      msg('failure.noLibraryForSystem', { platform: process.platform, processor: process.arch }),
    )
  }
  const hasStock = existsSync(path.join(folder, files.stockMain))
  const main = hasStock ? files.stockMain : files.main
  const paths = [files.framework, main].map(file => path.join(folder, file))
  const missing = paths.find(file => !existsSync(file))
  if (missing !== undefined) unavailable(msg('failure.missingFile', { path: missing }))
  setEnvironment()
  try {
    const self = koffi.load(null)
    type Open = (file: string, flags: number) => bigint | null
    const open = self.func('void *dlopen(const char *file, int flags)') as unknown as Open
    const lastError = self.func('const char *dlerror()') as unknown as () => string | null
    for (const file of paths) {
      if (open(file, flags) === null) throw new Error(lastError() ?? `${file} does not load`)
    }
    defineOutput()
    loaded = { folder, functions: bindFunctions(koffi.load(paths[1] as string)) }
  } catch (error) {
    unavailable(reasonOf(error), error)
  }
  return loaded.functions
}

/** TensorFlow's own limit of its pool of memory; machines with more get more. */
const POOL_MEGABYTES = 65_536

/** Sets what the library reads from the environment of its process; a variable that is set already stays. */
function setEnvironment(): void {
  // Errors come back as statuses, the log would only repeat them.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3'
  // TensorFlow's own pool of memory: with malloc, the small tensors of a GRU's step take a tenth of its time.
  process.env['TF_CPU_ALLOCATOR_USE_BFC'] ??= '1'
  const machineMegabytes = Math.floor(os.totalmem() / 2 ** 20)
  process.env['TF_CPU_BFC_MEM_LIMIT_IN_MB'] ??= String(Math.max(POOL_MEGABYTES, machineMegabytes))
}

let outputDefined = false

function defineOutput(): void {
  if (!outputDefined) koffi.struct('TunewrightOutput', { oper: 'void *', index: 'int' })
  outputDefined = true
}

function unavailable(reason: MessageDescriptor, cause?: unknown): never {
  throw new AppError('engine.unavailable', { engine: 'tensorflow', reason }, cause)
}
