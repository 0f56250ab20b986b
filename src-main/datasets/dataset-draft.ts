// eslint-disable-next-line files/file-operations -- a folder that was made here goes if it is empty
import { mkdirSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { DatasetArray, DatasetArrayData, DatasetManifest } from '../core/data/dataset.ts'
import { unwritable } from '../core/errors/unwritable.ts'
import { draftEnding } from '../core/processes/ingest-protocol.ts'
import type { JsonObject } from '../core/values/json.ts'
import { removeEntrySync } from '../platform/files/remove.ts'
import { ArrayFile, type WrittenArray } from './array-file.ts'

/** An array of a data set, in memory or already in the draft's folder. */
export type NewArray =
  | { readonly name: string; readonly data: DatasetArrayData; readonly shape: readonly number[] }
  | { readonly file: WrittenArray; readonly shape: readonly number[] }

/** A data set that is about to be stored. */
export interface NewDataset {
  readonly kind: DatasetManifest['kind']
  readonly properties: JsonObject
  readonly schema: JsonObject
  readonly arrays: readonly NewArray[]
}

/**
 * The temporary folder in which a data set comes into being, beside the place that it will have. It is there from the
 * first array on and goes when the draft is discarded, or with this process if that ends by itself.
 */
export class DatasetDraft {
  readonly directory: string
  readonly #cacheDirectory: string
  readonly #files = new Map<string, WrittenArray>()
  /** The outermost folder that had to be made for it; undefined if the cache was there. */
  #madeFolder: string | undefined
  #open = false
  readonly #discardAtExit = () => {
    this.discard()
  }

  /** @param key name that the folder of the data set will have in the cache */
  constructor(cacheDirectory: string, key: string) {
    this.#cacheDirectory = path.resolve(cacheDirectory)
    this.directory = path.join(this.#cacheDirectory, `${key}${draftEnding(process.pid)}`)
  }

  /**
   * A new array file, `<name>.bin`.
   * @throws AppError `file.unwritable` with the reason when the folder cannot be written (read-only), `disk.full`
   */
  array<Type extends DatasetArray['dtype']>(name: string, dtype: Type): ArrayFile<Type> {
    this.#openFolder()
    const file = new ArrayFile(path.join(this.directory, `${name}.bin`), name, dtype)
    this.#files.set(name, file)
    return file
  }

  /** Removes an array that was only needed on the way. */
  remove({ name, path: file }: Pick<WrittenArray, 'name' | 'path'>): void {
    this.#files.get(name)?.close()
    this.#files.delete(name)
    removeEntrySync(file)
  }

  /**
   * Brings the arrays of a data set to the disk and closes them.
   * @throws AppError `file.unwritable`
   */
  write(dataset: NewDataset): DatasetArray[] {
    this.#openFolder()
    const arrays = dataset.arrays.map(array => {
      const file = 'file' in array ? array.file : this.#fill(array)
      file.finish()
      const { name, dtype, bytes } = file
      return { name, dtype, shape: array.shape, file: path.basename(file.path), bytes }
    })
    this.#closeFiles()
    return arrays
  }

  /** Nothing of it is left: no folder, and no folder that was made for it. */
  discard(): void {
    if (!this.#open) return
    this.settle()
    removeEntrySync(this.directory)
    if (this.#madeFolder === undefined) return
    try {
      for (let folder = this.#cacheDirectory; ; folder = path.dirname(folder)) {
        rmdirSync(folder)
        if (folder === this.#madeFolder) return
      }
    } catch {
      // Somebody else has put something into it.
    }
  }

  /** The folder has got its place: there is nothing to discard any more. */
  settle(): void {
    this.#closeFiles()
    this.#open = false
    process.off('exit', this.#discardAtExit)
  }

  #fill({ name, data }: Extract<NewArray, { data: unknown }>): WrittenArray {
    const file = this.array(name, dtypeOf(data))
    file.append(data)
    return file
  }

  #openFolder(): void {
    if (this.#open) return
    try {
      this.#madeFolder = mkdirSync(this.#cacheDirectory, { recursive: true })
      removeEntrySync(this.directory)
      mkdirSync(this.directory, { recursive: true })
    } catch (error) {
      throw unwritable(this.directory, error)
    }
    this.#open = true
    process.on('exit', this.#discardAtExit)
  }

  #closeFiles(): void {
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
  }
}

function dtypeOf(data: DatasetArrayData): DatasetArray['dtype'] {
  if (data instanceof Uint8Array) return 'uint8'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  throw new Error('data set array of an unknown type')
}
