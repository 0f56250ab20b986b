/** FNV-1a over UTF-16 units, low byte first: the 32-bit key word of a purpose. */
export function hashPurpose(purpose: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < purpose.length; index++) {
    const unit = purpose.charCodeAt(index)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return hash >>> 0
}
