//go:build !purego

#include "textflag.h"

// The assembler does not know these instructions.
#define FMUL4S(m, n, d)   WORD $(0x6e20dc00 | m<<16 | n<<5 | d) // d = n·m, four float32
#define FADD4S(m, n, d)   WORD $(0x4e20d400 | m<<16 | n<<5 | d) // d = n+m, four float32
#define SMULL8H(m, n, d)  WORD $(0x0e20c000 | m<<16 | n<<5 | d) // d = n·m, the lower eight int8
#define SMULL28H(m, n, d) WORD $(0x4e20c000 | m<<16 | n<<5 | d) // d = n·m, the upper eight int8
#define SADALP4S(n, d)    WORD $(0x4e606800 | n<<5 | d)         // d += pairs of n, eight int16

// func dotNEON(a, b *float32, n int) float32
// V0 to V3 hold the sums 0 to 15.
TEXT ·dotNEON(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	VEOR V2.B16, V2.B16, V2.B16
	VEOR V3.B16, V3.B16, V3.B16
	CBZ  R2, halves

sixteen:
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4]
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]
	FMUL4S(16, 4, 4)
	FMUL4S(17, 5, 5)
	FMUL4S(18, 6, 6)
	FMUL4S(19, 7, 7)
	FADD4S(4, 0, 0)
	FADD4S(5, 1, 1)
	FADD4S(6, 2, 2)
	FADD4S(7, 3, 3)
	SUBS $16, R2
	BNE  sixteen

halves:
	FADD4S(2, 0, 0)
	FADD4S(3, 1, 1)
	FADD4S(1, 0, 0)
	VEXT  $8, V0.B16, V0.B16, V1.B16
	FADD4S(1, 0, 0)
	VEXT  $4, V0.B16, V0.B16, V1.B16
	FADD4S(1, 0, 0)
	FMOVS F0, ret+24(FP)
	RET

// func dotInt8NEON(a, b *int8, n int) int32
TEXT ·dotInt8NEON(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	VEOR V0.B16, V0.B16, V0.B16
	VEOR V1.B16, V1.B16, V1.B16
	CBZ  R2, sum

sixteen:
	VLD1.P 16(R0), [V4.B16]
	VLD1.P 16(R1), [V5.B16]
	SMULL8H(5, 4, 6)
	SMULL28H(5, 4, 7)
	SADALP4S(6, 0)
	SADALP4S(7, 1)
	SUBS $16, R2
	BNE  sixteen

sum:
	VADD  V1.S4, V0.S4, V0.S4
	VADDV V0.S4, V0
	VMOV  V0.S[0], R0
	MOVW  R0, ret+24(FP)
	RET

// func prefetch(p unsafe.Pointer, bytes int)
TEXT ·prefetch(SB), NOSPLIT, $0-16
	MOVD p+0(FP), R0
	MOVD bytes+8(FP), R1

line:
	PRFM (R0), PLDL1KEEP
	ADD  $64, R0
	SUBS $64, R1
	BGT  line
	RET
