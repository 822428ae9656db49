#pragma once

// What is needed of MPI, as functions: its own names are macros, differently in each implementation.
#include <mpi.h>
#include <stddef.h>

// Counts are ints: more bytes go in pieces.
enum { persona_mpi_piece = 1 << 30 };

// Begins, for calls by any thread, one at a time; the number of this process and how many there are.
static inline int persona_mpi_begin(int *rank, int *count) {
  int provided = 0;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS) return 0;
  if (provided < MPI_THREAD_SERIALIZED) return 0;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  return MPI_Comm_rank(MPI_COMM_WORLD, rank) == MPI_SUCCESS && MPI_Comm_size(MPI_COMM_WORLD, count) == MPI_SUCCESS;
}

static inline int persona_mpi_end(void) { return MPI_Finalize() == MPI_SUCCESS; }

static inline int persona_mpi_size(size_t left) { return left < persona_mpi_piece ? (int)left : persona_mpi_piece; }

static inline int persona_mpi_send(const double *values, size_t count, int to) {
  for (size_t start = 0; start < count; start += persona_mpi_piece)
    if (MPI_Send(values + start, persona_mpi_size(count - start), MPI_DOUBLE, to, 0, MPI_COMM_WORLD) != MPI_SUCCESS) return 0;
  return 1;
}

static inline int persona_mpi_receive(double *values, size_t count, int from) {
  for (size_t start = 0; start < count; start += persona_mpi_piece)
    if (MPI_Recv(values + start, persona_mpi_size(count - start), MPI_DOUBLE, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE) !=
        MPI_SUCCESS)
      return 0;
  return 1;
}

// From process 0 to all.
static inline int persona_mpi_broadcast(double *values, size_t count) {
  for (size_t start = 0; start < count; start += persona_mpi_piece)
    if (MPI_Bcast(values + start, persona_mpi_size(count - start), MPI_DOUBLE, 0, MPI_COMM_WORLD) != MPI_SUCCESS) return 0;
  return 1;
}
