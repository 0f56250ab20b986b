import { type PackDefinition, pin } from '../pack/pack-definition.ts'
import { boosterFile } from './booster-file.ts'

const lightgbm = (platform: string, sha256: string) =>
  pin('lightgbm', '4.7.0', `py3-none-${platform}`, sha256)

export const lightgbmPack: PackDefinition = {
  name: 'lightgbm',
  pythonVersion: '3.13',
  packages: ['lightgbm'],
  oldest: [4, 0],
  files({ platform, architecture }) {
    const file = boosterFile('lightgbm', platform, architecture)
    return file === null ? null : [file]
  },
  pins: {
    'linux-x64': [
      lightgbm(
        'manylinux_2_27_x86_64',
        'd23e922acd891e77212e4d0fbcee9ba973c96dee479491341d05ba595357ebb7',
      ),
    ],
    'linux-arm64': [
      lightgbm(
        'manylinux2014_aarch64',
        'd4529acec5c6fefe4768302a529707d0ead90f6a6f42df694b856212e09695b8',
      ),
    ],
    'darwin-arm64': [
      lightgbm(
        'macosx_12_0_arm64',
        '129535462686f274df179133643118c5c5c5667167fe6c3a28d955f0b3c8e868',
      ),
    ],
    'darwin-x64': [
      lightgbm(
        'macosx_10_15_x86_64',
        'dfc1cfe8e760387be1e7ba7a214688be21fdff96e4ed9749188f83e1877c2477',
      ),
    ],
    'win32-x64': [
      lightgbm('win_amd64', 'f42d1e5b32b6f170e606d7c689c6165671da98d7bf37f1addec2623efc8740c9'),
    ],
  },
}
