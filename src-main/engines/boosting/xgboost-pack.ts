import { type PackDefinition, pin } from '../pack/pack-definition.ts'
import { boosterFile } from './booster-file.ts'

/** `xgboost-cpu` is a tenth as large and is not published for Macs, whose wheel has no CUDA anyway. */
const xgboost = (name: string, platform: string, sha256: string) =>
  pin(name, '3.4.0', `py3-none-${platform}`, sha256)

export const xgboostPack: PackDefinition = {
  name: 'xgboost',
  pythonVersion: '3.13',
  packages: ['xgboost-cpu', 'xgboost'],
  oldest: [3, 0],
  files({ platform, architecture }) {
    const file = boosterFile('xgboost', platform, architecture)
    return file === null ? null : [file]
  },
  companionPattern: /^xgboost(_cpu)?\.libs\/libgomp[A-Za-z0-9_.+-]*$/,
  pins: {
    'linux-x64': [
      xgboost(
        ...(['xgboost-cpu', 'manylinux_2_28_x86_64'] as const),
        '9818d48e5277527015419073a418a76c99cf5b094dbf1287533ea6a9f0b86301',
      ),
    ],
    'linux-arm64': [
      xgboost(
        ...(['xgboost-cpu', 'manylinux_2_28_aarch64'] as const),
        '454eb0cac636cc34714e3bc92d9eb25f172ca0f971cdaaf658fa40e3324eb063',
      ),
    ],
    'darwin-arm64': [
      xgboost(
        ...(['xgboost', 'macosx_12_0_arm64'] as const),
        '7c328ab0fe446883271aab194ce1e4f49b37b4bd919a258a3ca74fb83e64029c',
      ),
    ],
    'darwin-x64': [
      xgboost(
        ...(['xgboost', 'macosx_10_15_x86_64'] as const),
        'bc7aeee7c72e827f6406e8dc1f56c4c13d2ff2470fc6b4093b07c1e84b6c3920',
      ),
    ],
    'win32-x64': [
      xgboost(
        ...(['xgboost-cpu', 'win_amd64'] as const),
        '45ab4ec708617ba4144ac821ca34a3a54648fe7e43e909dfcefaedd9f697b65d',
      ),
    ],
  },
}
