import { type PackDefinition, pin, type Pins } from '../pack/pack-definition.ts'
import { libraryFiles } from './library/library-files.ts'

const tensorflow = (platform: string, sha256: string) =>
  pin('tensorflow', '2.21.0', `cp311-cp311-${platform}`, sha256)

const linuxWithCuda: Pins = {
  'linux-x64': [
    tensorflow(
      'manylinux_2_27_x86_64',
      '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    ),
    pin(
      ...(['nvidia-cublas-cu12', '12.9.3.13', 'py3-none-manylinux_2_27_x86_64'] as const),
      'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    ),
    pin(
      ...(['nvidia-cuda-cupti-cu12', '12.8.90', 'py3-none-manylinux2014_x86_64'] as const),
      'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
    ),
    pin(
      ...(['nvidia-cuda-nvcc-cu12', '12.9.86', 'py3-none-manylinux2010_x86_64'] as const),
      '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    ),
    pin(
      ...(['nvidia-cuda-nvrtc-cu12', '12.9.86', 'py3-none-manylinux2010_x86_64'] as const),
      '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    ),
    pin(
      ...(['nvidia-cuda-runtime-cu12', '12.9.79', 'py3-none-manylinux2014_x86_64'] as const),
      '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    ),
    pin(
      ...(['nvidia-cudnn-cu12', '9.28.0.42', 'py3-none-manylinux_2_27_x86_64'] as const),
      '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
    ),
    pin(
      ...(['nvidia-cufft-cu12', '11.4.1.4', 'py3-none-manylinux2014_x86_64'] as const),
      'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    ),
    pin(
      ...(['nvidia-curand-cu12', '10.3.10.19', 'py3-none-manylinux_2_27_x86_64'] as const),
      '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
    ),
    pin(
      ...(['nvidia-cusolver-cu12', '11.7.5.82', 'py3-none-manylinux_2_27_x86_64'] as const),
      '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    ),
    pin(
      ...(['nvidia-cusparse-cu12', '12.5.10.65', 'py3-none-manylinux2014_x86_64'] as const),
      '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    ),
    pin(
      ...(['nvidia-nccl-cu12', '2.32.3', 'py3-none-manylinux_2_27_x86_64'] as const),
      'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    ),
    pin(
      ...(['nvidia-nvjitlink-cu12', '12.9.86', 'py3-none-manylinux2010_x86_64'] as const),
      'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    ),
  ],
  'linux-arm64': [
    tensorflow(
      'manylinux_2_27_aarch64',
      '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    ),
    pin(
      ...(['nvidia-cublas-cu12', '12.9.3.13', 'py3-none-manylinux_2_27_aarch64'] as const),
      '918a8781956115d34b1db49e0e7b7befba8d101661c4b560ed4d42e0e17bebc3',
    ),
    pin(
      ...(['nvidia-cuda-cupti-cu12', '12.8.90', 'py3-none-manylinux2014_aarch64'] as const),
      '4412396548808ddfed3f17a467b104ba7751e6b58678a4b840675c56d21cf7ed',
    ),
    pin(
      ...(['nvidia-cuda-nvcc-cu12', '12.9.86', 'py3-none-manylinux2014_aarch64'] as const),
      '44e1eca4d08926193a558d2434b1bf83d57b4d5743e0c431c0c83d51da1df62b',
    ),
    pin(
      ...(['nvidia-cuda-nvrtc-cu12', '12.9.86', 'py3-none-manylinux2014_aarch64'] as const),
      '096d4de6bda726415dfaf3198d4f5c522b8e70139c97feef5cd2ca6d4cd9cead',
    ),
    pin(
      ...(['nvidia-cuda-runtime-cu12', '12.9.79', 'py3-none-manylinux2014_aarch64'] as const),
      '83469a846206f2a733db0c42e223589ab62fd2fabac4432d2f8802de4bded0a4',
    ),
    pin(
      ...(['nvidia-cudnn-cu12', '9.28.0.42', 'py3-none-manylinux_2_27_aarch64'] as const),
      'f88db8fc1a0a5f458e19aa7b08fbe3500aeb9e2bb8dea6293ecbce170364ad72',
    ),
    pin(
      ...(['nvidia-cufft-cu12', '11.4.1.4', 'py3-none-manylinux2014_aarch64'] as const),
      '1a28c9b12260a1aa7a8fd12f5ebd82d027963d635ba82ff39a1acfa7c4c0fbcf',
    ),
    pin(
      ...(['nvidia-curand-cu12', '10.3.10.19', 'py3-none-manylinux_2_27_aarch64'] as const),
      'de663377feb1697e1d30ed587b07d5721fdd6d2015c738d7528a6002a6134d37',
    ),
    pin(
      ...(['nvidia-cusolver-cu12', '11.7.5.82', 'py3-none-manylinux_2_27_aarch64'] as const),
      '62efa83e4ace59a4c734d052bb72158e888aa7b770e1a5f601682f16fe5b4fd2',
    ),
    pin(
      ...(['nvidia-cusparse-cu12', '12.5.10.65', 'py3-none-manylinux2014_aarch64'] as const),
      '221c73e7482dd93eda44e65ce567c031c07e2f93f6fa0ecd3ba876a195023e83',
    ),
    pin(
      ...(['nvidia-nccl-cu12', '2.32.3', 'py3-none-manylinux_2_27_aarch64'] as const),
      '061af42ae1044816820e16b872075e243d1ac0656f51860fbc8e106c257aa83a',
    ),
    pin(
      ...(['nvidia-nvjitlink-cu12', '12.9.86', 'py3-none-manylinux2014_aarch64'] as const),
      '994a05ef08ef4b0b299829cde613a424382aff7efb08a7172c1fa616cc3af2ca',
    ),
  ],
}

export const tensorflowPack: PackDefinition = {
  name: 'tensorflow',
  pythonVersion: '3.11',
  packages: ['tensorflow', 'tensorflow-cpu'],
  oldest: [2, 16],
  files({ platform, architecture }) {
    const libraries = libraryFiles(platform, architecture)
    if (libraries === null) return null
    return [libraries.framework, libraries.main].map(file => `tensorflow/${file}`)
  },
  cudaPins: linuxWithCuda,
  pins: {
    // Half as large as `tensorflow`, and published for this system only.
    'linux-x64': [
      pin(
        ...(['tensorflow-cpu', '2.21.0', 'cp311-cp311-manylinux_2_27_x86_64'] as const),
        '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      ),
    ],
    'linux-arm64': linuxWithCuda['linux-arm64']?.slice(0, 1) ?? [],
    'darwin-arm64': [
      tensorflow(
        'macosx_12_0_arm64',
        '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
      ),
    ],
  },
}
