import { msg } from '../core/errors/message.ts'
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import type { DatasetArray, DatasetArrayData } from '../core/data/dataset.ts'
import { AppError } from '../core/errors/errors.ts'
import { unwritable } from '../core/errors/unwritable.ts'
import { fileError } from '../platform/files/read-within.ts'

/** Bytes that are gathered before they go to the disk. */
const BLOCK_BYTES = 1 << 20

/** The typed array of each type of values. */
export const arrayKinds = {
  uint8: Uint8Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

type Kind = keyof typeof arrayKinds
/** Values of a file of one type. */
export type ValuesOf<Type extends Kind> = {
  readonly uint8: Uint8Array
  readonly int32: Int32Array
  readonly float32: Float32Array
  readonly float64: Float64Array
}[Type]

/** All that storing an array needs of its file, whatever its type. */
export type WrittenArray = Pick<ArrayFile, 'name' | 'dtype' | 'path' | 'bytes' | 'finish' | 'close'>

/**
 * An array that grows on the disk instead of in memory: values are put after the last one, or at a place, and can be
 * read again. Places and lengths count values.
 */
export class ArrayFile<Type extends Kind = Kind> {
  readonly name: string
  readonly dtype: DatasetArray['dtype']
  readonly path: string
  readonly #valueBytes: number
  readonly #kind: Type
  readonly #descriptor: number
  readonly #block = new Uint8Array(BLOCK_BYTES)
  /** Bytes of the block that are not on the disk yet; they come after `#written`. */
  #waiting = 0
  #written = 0

  /** @throws AppError `file.unwritable`, `disk.full` */
  constructor(path: string, name: string, dtype: Type) {
    this.path = path
    this.name = name
    this.dtype = dtype
    this.#kind = dtype
    this.#valueBytes = arrayKinds[dtype].BYTES_PER_ELEMENT
    this.#descriptor = this.#writing(() => openSync(path, 'wx+'))
  }

  get bytes(): number {
    return this.#written + this.#waiting
  }

  get length(): number {
    return this.bytes / this.#valueBytes
  }

  /** @throws AppError `file.unwritable`, `disk.full` with the bytes so far, as everything that writes */
  append(values: ValuesOf<Type>): void {
    const bytes = bytesOf(values)
    if (bytes.length >= BLOCK_BYTES) {
      this.flush()
      this.#put(bytes, this.#written)
      this.#written += bytes.length
      return
    }
    if (this.#waiting + bytes.length > BLOCK_BYTES) this.flush()
    this.#block.set(bytes, this.#waiting)
    this.#waiting += bytes.length
  }

  /** Puts values at an index, over what stands there or beyond the end. */
  writeAt(index: number, values: ValuesOf<Type>): void {
    this.flush()
    const at = index * this.#valueBytes
    const bytes = bytesOf(values)
    this.#put(bytes, at)
    this.#written = Math.max(this.#written, at + bytes.length)
  }

  /**
   * The values from one place until another, in an array of their own, or at the beginning of one that is given.
   * @throws AppError `file.unreadable` if they are not all there
   */
  read(from: number, until: number, into?: ValuesOf<Type>): ValuesOf<Type> {
    this.flush()
    const whole = into ?? (new arrayKinds[this.#kind](until - from) as ValuesOf<Type>)
    const values = whole.subarray(0, until - from) as ValuesOf<Type>
    const bytes = bytesOf(values)
    for (let done = 0; done < bytes.length;) {
      const at = from * this.#valueBytes + done
      const read = this.#reading(() =>
        readSync(this.#descriptor, bytes, done, bytes.length - done, at),
      )
      if (read === 0)
        throw new AppError('file.unreadable', { path: this.path, reason: msg('rule.endsEarly') })
      done += read
    }
    return values
  }

  flush(): void {
    if (this.#waiting === 0) return
    this.#put(this.#block.subarray(0, this.#waiting), this.#written)
    this.#written += this.#waiting
    this.#waiting = 0
  }

  /** Everything is on the disk when this returns. */
  finish(): void {
    this.flush()
    this.#writing(() => {
      fsyncSync(this.#descriptor)
    }, this.#written)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #put(bytes: Uint8Array, at: number): void {
    this.#writing(() => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, at + done)
      }
    }, at + bytes.length)
  }

  /** @param bytes that the file takes at least */
  #writing<Result>(work: () => Result, bytes?: number): Result {
    try {
      return work()
    } catch (error) {
      throw unwritable(this.path, error, bytes)
    }
  }

  #reading<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw fileError(error, this.path, this.name)
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: DatasetArrayData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
