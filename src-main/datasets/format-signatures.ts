/**
 * The first bytes of formats whose readers bring a library each: told apart without loading any of them, which takes a third of
 * the start of the process that reads a table.
 */

/** `PK`: .xlsx files are ZIP archives. */
const archiveMagic = [0x50, 0x4b, 0x03, 0x04] as const
/** Compound files: .xls of Excel 2003 and before, and workbooks with a password. */
export const compoundMagic = [0xd0, 0xcf, 0x11, 0xe0] as const
/** `PAR1` */
const parquetMagic = [0x50, 0x41, 0x52, 0x31] as const
/** PNG (Third Edition), W3C Recommendation 2025, section 5.2. */
export const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const
/** Start of image, and the first byte of a marker (ITU-T T.81, section B.1.1). */
const jpegMagic = [0xff, 0xd8, 0xff] as const

export function isExcel(content: Uint8Array): boolean {
  return beginsWith(content, archiveMagic) || beginsWith(content, compoundMagic)
}

export function isParquet(content: Uint8Array): boolean {
  return beginsWith(content, parquetMagic)
}

export function isPng(content: Uint8Array): boolean {
  return beginsWith(content, pngSignature)
}

export function isJpeg(content: Uint8Array): boolean {
  return beginsWith(content, jpegMagic)
}

/** RIFF header (RFC 9649, section 2.4). */
export function isWebp(content: Uint8Array): boolean {
  return text(content, 0) === 'RIFF' && text(content, 8) === 'WEBP'
}

/** Little- or big-endian (TIFF 6.0, section 2). */
export function isTiff(content: Uint8Array): boolean {
  return ['II*\0', 'MM\0*'].includes(text(content, 0))
}

function beginsWith(content: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => content[index] === byte)
}

function text(content: Uint8Array, at: number): string {
  return String.fromCharCode(...content.subarray(at, at + 4))
}
