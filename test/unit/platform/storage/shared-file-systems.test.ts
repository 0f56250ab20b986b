import { expect, it } from 'vitest'
import {
  type FileSystems,
  isShared,
} from '../../../../src-main/platform/storage/shared-file-systems.ts'

function failing(): never {
  throw new Error('the system does not tell')
}
const system: FileSystems = { platform: 'linux', typeOf: failing, realPathOf: failing }

it.each([
  ['NFS', 0x6969, true],
  ['SMB 2 and 3', 0xfe534d42, true],
  ['SMB 2 and 3 with a sign', 0xfe534d42 | 0, true],
  ['CIFS with a sign', 0xff534d42 | 0, true],
  ['9p', 0x01021997, true],
  ['FUSE', 0x65735546, true],
  ['Lustre', 0x0bd00bd0, true],
  ['ext4', 0xef53, false],
  ['btrfs, with a sign', 0x9123683e | 0, false],
  ['xfs', 0x58465342, false],
  ['tmpfs', 0x01021994, false],
  ['overlay', 0x794c7630, false],
])('on Linux the type of the folder decides: %s', (_, type, expected) => {
  const folders: string[] = []
  const typeOf = (folder: string): number => {
    folders.push(folder)
    return type
  }
  expect(isShared('/data/studies.sqlite', { ...system, typeOf })).toBe(expected)
  expect(folders).toEqual(['/data'])
})

it.each([
  [String.raw`\\server\share\studies.sqlite`, true],
  [String.raw`\\?\UNC\server\share\studies.sqlite`, true],
  [String.raw`\\?\C:\data\studies.sqlite`, false],
  [String.raw`\\.\C:\data\studies.sqlite`, false],
  [String.raw`C:\data\studies.sqlite`, false],
])('on Windows the name of a share does: %s', (file, expected) => {
  const realPathOf = (folder: string): string => folder
  expect(isShared(file, { ...system, platform: 'win32', realPathOf })).toBe(expected)
})

it('on Windows what a letter stands for does', () => {
  const drives: Record<string, string> = {
    [String.raw`Z:\data`]: String.raw`\\server\share\data`,
    [String.raw`S:\data`]: String.raw`C:\somewhere\data`,
  }
  const realPathOf = (folder: string): string => drives[folder] ?? failing()
  const windows: FileSystems = { ...system, platform: 'win32', realPathOf }
  expect(isShared(String.raw`Z:\data\studies.sqlite`, windows)).toBe(true)
  expect(isShared(String.raw`S:\data\studies.sqlite`, windows)).toBe(false)
})

it('is no where nothing is told, and on other systems', () => {
  expect(isShared('/data/studies.sqlite', system)).toBe(false)
  expect(isShared(String.raw`Z:\studies.sqlite`, { ...system, platform: 'win32' })).toBe(false)
  expect(isShared('/data/a.sqlite', { ...system, platform: 'darwin', typeOf: () => 0x6969 })).toBe(
    false,
  )
})
