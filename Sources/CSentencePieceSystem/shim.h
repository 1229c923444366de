#pragma once
// The headers of libsentencepiece are C++; only CSentencePiece includes them.
