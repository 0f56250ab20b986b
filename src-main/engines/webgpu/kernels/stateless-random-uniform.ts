import * as tf from '@tensorflow/tfjs-core'
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { statelessUniformKernel } from '../../../training/ops/stateless-uniform.ts'
import type { OwnKernel } from './own-kernel.ts'
import type { ShaderProgram, WebgpuBackend } from '../webgpu-backend.ts'

const GROUP_SIZE = 64
/** Workgroups of one dimension that every adapter takes. */
const MAX_GROUPS = 65_535

interface Call {
  readonly inputs: { readonly seed: TensorInfo }
  readonly attrs: { readonly shape: number[] }
  readonly backend: WebgpuBackend
}

/** Counter-based uniform numbers on the GPU, the same bits as `fillStatelessUniform` gives. */
export const statelessRandomUniformKernel: OwnKernel = {
  name: statelessUniformKernel,
  create: () =>
    (({ inputs, attrs, backend }: Call) =>
      backend.runWebGPUProgram(
        createShader(attrs.shape),
        [inputs.seed],
        'float32',
      )) as unknown as KernelFunc,
}

function createShader(shape: number[]): ShaderProgram {
  const groups = Math.max(1, Math.ceil(tf.util.sizeFromShape(shape) / GROUP_SIZE))
  const columns = Math.min(groups, MAX_GROUPS)
  return {
    variableNames: ['seed'],
    outputShape: shape,
    shaderKey: 'statelessUniform',
    workgroupSize: [GROUP_SIZE, 1, 1],
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [columns, Math.ceil(groups / columns), 1],
    size: true,
    getUserCode: () => shader,
  }
}

/** Philox 4×32-10 as in math/random/philox.ts; products of 32-bit numbers in halves, as WGSL has no 64-bit ones. */
const shader = String.raw`
  fn highProduct(a: u32, b: u32) -> u32 {
    let a0 = a & 0xffffu;
    let a1 = a >> 16u;
    let b0 = b & 0xffffu;
    let b1 = b >> 16u;
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 16u);
    let carried = a0 * b1 + (middle & 0xffffu);
    return a1 * b1 + (middle >> 16u) + (carried >> 16u);
  }

  fn philox(start: vec4<u32>, startKey: vec2<u32>) -> vec4<u32> {
    var c = start;
    var key = startKey;
    for (var round = 0; round < 10; round++) {
      let high0 = highProduct(0xD2511F53u, c.x);
      let low0 = 0xD2511F53u * c.x;
      let high1 = highProduct(0xCD9E8D57u, c.z);
      let low1 = 0xCD9E8D57u * c.z;
      c = vec4<u32>(high1 ^ c.y ^ key.x, low1, high0 ^ c.w ^ key.y, low0);
      key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    }
    return c;
  }

  fn main(index : i32) {
    if (index < uniforms.size) {
      let seed0 = i32(seed[0]);
      let seed1 = i32(seed[1]);
      let counter = vec4<u32>(u32(seed0), u32(seed0 >> 31u), u32(seed1), u32(seed1 >> 31u));
      let mix = philox(counter, vec2<u32>(0x3ec8f720u, 0x02461e29u));
      let block = philox(vec4<u32>(u32(index) / 4u, 0u, mix.z, mix.w), mix.xy);
      let word = block[u32(index) % 4u];
      setOutputAtIndex(index, f32(word & 0x7fffffu) / 8388608.0);
    }
  }
`
