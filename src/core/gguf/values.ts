/** A metadata value with the type that the file is to give it; llama.cpp refuses a key of another type. */
export type GgufTyped =
  | { readonly type: GgufNumberType; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'array'; readonly of: GgufNumberType; readonly values: readonly number[] }
  | { readonly type: 'array'; readonly of: 'string'; readonly values: readonly string[] };

export type GgufNumberType = 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'int32' | 'float32';

export type GgufMetadata = ReadonlyMap<string, GgufTyped>;

/** Numbers of the types in ggml/docs/gguf.md (`gguf_metadata_value_type`). */
export const VALUE_TYPES = {
  uint8: 0,
  uint16: 2,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
} as const;

export const uint32 = (value: number): GgufTyped => ({ type: 'uint32', value });
export const float32 = (value: number): GgufTyped => ({ type: 'float32', value });
export const bool = (value: boolean): GgufTyped => ({ type: 'bool', value });
export const string = (value: string): GgufTyped => ({ type: 'string', value });
export const strings = (values: readonly string[]): GgufTyped => ({ type: 'array', of: 'string', values });
export const int32s = (values: readonly number[]): GgufTyped => ({ type: 'array', of: 'int32', values });
export const float32s = (values: readonly number[]): GgufTyped => ({ type: 'array', of: 'float32', values });
