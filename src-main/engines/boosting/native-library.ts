import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import koffi, { type KoffiFunc, type LibraryHandle } from 'koffi'
import type { BoosterPack } from '../../core/machine/engines/registry.ts'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg, verbatim } from '../../core/errors/message.ts'

/** Address of something that a library owns. */
export type Pointer = bigint

/** A typed array that a C function reads or fills in place. */
type Buffer = BigUint64Array | BigInt64Array | Int32Array | Float32Array | Float64Array | Uint8Array

/** A type of C by its name, with that of the values which stand for it here. */
interface CType<Value> {
  readonly name: string
  readonly value?: Value
}

function typed<Value>(name: string): CType<Value> {
  return { name }
}

/** Types of C that the two libraries use. */
export const c = {
  nothing: typed<void>('void'),
  pointer: typed<Pointer>('void *'),
  none: typed<null>('void *'),
  buffer: typed<Buffer>('void *'),
  text: typed<string>('const char *'),
  texts: typed<readonly string[]>('const char **'),
  int: typed<number>('int'),
  long: typed<number | bigint>('int64_t'),
  size: typed<number>('uint64_t'),
}

type Signatures = Readonly<Record<string, readonly CType<unknown>[]>>
type Signature<Types> = Types extends readonly [CType<infer Result>, ...infer Parameters]
  ? (...values: ValuesOf<Parameters>) => Result
  : never
type ValuesOf<Types> = { [At in keyof Types]: Types[At] extends CType<infer Value> ? Value : never }

export type Functions<Table extends Signatures> = {
  readonly [Name in keyof Table]: KoffiFunc<Signature<Table[Name]>>
}

/**
 * Opens a library of boosted trees and looks up its functions.
 * @param signatures the type of the result, then those of the parameters
 * @throws AppError `engine.unavailable`; it names the library that is missing beside it, as OpenMP's may be
 */
export function openLibrary<Table extends Signatures>(
  name: BoosterPack,
  file: string,
  signatures: Table,
): Functions<Table> {
  if (!existsSync(file)) unavailable(name, msg('failure.missingFile', { path: file }))
  try {
    return bind(koffi.load(file), signatures)
  } catch (error) {
    unavailable(name, loadingReason(error), error)
  }
}

function bind<Table extends Signatures>(library: LibraryHandle, table: Table): Functions<Table> {
  const functions = Object.entries(table).map(([name, types]) => {
    const [result, ...parameters] = types.map(type => type.name) as [string, ...string[]]
    return [name, library.func(name, result, parameters)]
  })
  return Object.fromEntries(functions) as Functions<Table>
}

/** The loader names the missing file only; where to get it is known for OpenMP, on which both libraries stand. */
export function loadingReason(error: unknown): MessageDescriptor {
  const reason = reasonOf(error)
  const text = error instanceof Error ? error.message : ''
  const file = /lib(?:gomp|omp)[\w.]*\.(?:so[\w.]*|dylib)|vcomp\d+\.dll/i.exec(text)?.[0]
  return file === undefined ? reason : openMpMissing(path.basename(file))
}

/** @param library the file that the loader misses, e.g. `libgomp.so.1` */
function openMpMissing(library: string): MessageDescriptor {
  switch (process.platform) {
    case 'darwin':
      return msg('failure.openMp.homebrew', { library })
    case 'win32':
      return msg('failure.openMp.windows', { library })
    default:
      return msg('failure.openMp.debian', { library })
  }
}

function unavailable(engine: BoosterPack, reason: MessageDescriptor, cause?: unknown): never {
  throw new AppError('engine.unavailable', { engine, reason }, cause)
}

/** A failed call as an error; its words are those of the library. */
export function callError(engine: BoosterPack, status: number, words: string): AppError {
  return new AppError('engine.failed', { engine, status, reason: verbatim(words) })
}

/** The handle that a function hands out through its last parameter. */
export function takeHandle(make: (out: BigUint64Array) => void): Pointer {
  const out = new BigUint64Array(1)
  make(out)
  return out[0] as bigint
}

/** A copy of memory that a library owns. */
export function copyBytes(address: Pointer, bytes: number): ArrayBuffer {
  return koffi.view(address, bytes).slice(0)
}
