import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

export interface SymmetricEigen {
  /** Eigenvalues in rising order. */
  readonly values: Float64Array
  /** size × size, row-major; column k is the unit eigenvector of value k. */
  readonly vectors: Float64Array
}

/**
 * Eigen decomposition of a symmetric matrix: Householder tridiagonalisation and implicit QL.
 * @param matrix size × size, row-major; only finite numbers
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), {
    assumeSymmetric: true,
  })
  return {
    values: Float64Array.from(decomposition.realEigenvalues),
    vectors: Float64Array.from(decomposition.eigenvectorMatrix.to1DArray()),
  }
}
