import { msg } from '../core/errors/message.ts'
import { closeSync, openSync } from 'node:fs'
import process from 'node:process'
import koffi from 'koffi'
import { AppError, reasonOf } from '../core/errors/errors.ts'

/** Smaller files are read: a mapping would save nothing. */
export const MAPPED_FROM_BYTES = 16_000_000

/** PROT_READ | PROT_WRITE, the same on Linux and macOS (`sys/mman.h`). */
const READ_AND_WRITE = 0x1 | 0x2
/** MAP_PRIVATE | MAP_NORESERVE: pages that are written to are own copies, and no room is kept for copies of all. */
const privately: Partial<Record<NodeJS.Platform, number>> = {
  linux: 0x2 | 0x4000,
  darwin: 0x2 | 0x40,
}
/** MAP_FAILED, all bits set. */
const failed = 0xffff_ffff_ffff_ffffn

type Map = (
  address: null,
  length: number,
  protection: number,
  flags: number,
  descriptor: number,
  offset: number,
) => bigint | null

let mmap: Map | null = null

/** Whether files can be mapped on this system; elsewhere they are read whole. */
export function canMapFiles(): boolean {
  return privately[process.platform] !== undefined
}

/**
 * The bytes of a file as memory that the system fills when they are touched and may take back when memory is
 * short, so the file can be larger than it; processes that map the same file share it. What is written stays in
 * this process. The mapping lasts as long as the process, which is meant to end with its work.
 * @param bytes length of the file, at least 1; it must not shrink while it is mapped
 * @throws AppError `file.unreadable`
 */
export function mapFile(file: string, bytes: number): ArrayBuffer {
  mmap ??= koffi
    .load(null)
    .func('mmap', 'void *', ['void *', 'size_t', 'int', 'int', 'int', 'int64_t']) as unknown as Map
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    throw new AppError('file.unreadable', { path: file, reason: reasonOf(error) }, error)
  }
  try {
    const flags = privately[process.platform] ?? 0
    const address = mmap(null, bytes, READ_AND_WRITE, flags, descriptor, 0)
    if (address === null || BigInt.asUintN(64, address) === failed)
      throw new AppError('file.unreadable', { path: file, reason: msg('rule.mapped') })
    return koffi.view(address, bytes)
  } finally {
    // The mapping holds the file by itself.
    closeSync(descriptor)
  }
}
