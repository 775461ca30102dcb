import { sizeOf } from '../tensors/types.ts';
import { ELEMENT_BITS, refused, type HeaderTensor } from './types.ts';

/**
 * Checks that the tensors fill the file's numbers exactly, one after the other, each as long as its shape says. Throws
 * AppError `invalid-file`.
 */
export function checkLayout(file: string, tensors: readonly HeaderTensor[], dataBytes: number): void {
  let end = 0;
  let last: HeaderTensor | undefined;
  const inOrder = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const tensor of inOrder) {
    checkTensor(file, tensor);
    const place = `offsets ${tensor.begin} to ${tensor.end}`;
    if (tensor.end > dataBytes) {
      const where = `tensor "${tensor.name}" within the file's ${dataBytes} bytes of numbers`;
      throw refused(file, where, `${place}: the file is cut short or damaged`);
    }
    if (tensor.begin < end)
      throw refused(
        file,
        `tensor "${tensor.name}" behind "${last?.name ?? ''}", which ends at ${end}`,
        place,
      );
    if (tensor.begin > end) throw refused(file, `a tensor at offset ${end}`, `none before ${tensor.begin}`);
    end = tensor.end;
    last = tensor;
  }
  if (end !== dataBytes) throw refused(file, `${end} bytes of numbers`, `${dataBytes} bytes`);
}

function checkTensor(file: string, { name, dtype, shape, begin, end }: HeaderTensor): void {
  const bytes = (ELEMENT_BITS.get(dtype) ?? 0) / 8;
  const expected = sizeOf(shape) * bytes;
  if (!Number.isSafeInteger(expected))
    throw refused(file, `tensor "${name}" of a possible size`, `shape [${shape.join(', ')}]`);
  if (end - begin !== expected) {
    throw refused(
      file,
      `${expected} bytes for tensor "${name}" (${dtype}, [${shape.join(', ')}])`,
      `${end - begin} bytes (offsets ${begin} to ${end})`,
    );
  }
  if (begin % bytes !== 0)
    throw refused(file, `tensor "${name}" (${dtype}) at a multiple of ${bytes} bytes`, `offset ${begin}`);
}
