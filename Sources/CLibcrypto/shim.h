// SHA-256 of input files, from OpenSSL's libcrypto.
#include <openssl/evp.h>
