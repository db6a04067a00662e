// SPDX-License-Identifier: MIT
/* Reading ELF files: nothing in the file is believed before it is checked. */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

static const void *
at(const struct image *im, uint32_t offset, uint64_t n)
{
	if (offset > im->size || n > im->size - offset || offset % 4 != 0)
		return NULL;
	return im->file + offset;
}

static bool
read_file(struct image *im, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_size < 1 << 30) {
		im->size = st.st_size;
		im->file = malloc(im->size + 1);
		if (im->file != NULL)
			n = read(fd, im->file, im->size);
	}
	close(fd);
	return n >= 0 && (size_t)n == im->size;
}

bool
image_open(struct image *im, const char *path, const char **why)
{
	const Elf32_Ehdr *eh;
	const Elf32_Phdr *ph;
	const Elf32_Shdr *sh;

	*im = (struct image){ 0 };
	*why = "cannot be read";
	if (!read_file(im, path)) {
		image_close(im);
		return false;
	}
	*why = "is not a MIPS ELF file";
	eh = at(im, 0, sizeof *eh);
	if (eh == NULL || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh->e_ident[EI_CLASS] != ELFCLASS32 ||
	    eh->e_ident[EI_DATA] != ELFDATA2LSB || eh->e_machine != EM_MIPS)
		goto bad;
	ph = at(im, eh->e_phoff, (uint64_t)eh->e_phnum * sizeof *ph);
	sh = at(im, eh->e_shoff, (uint64_t)eh->e_shnum * sizeof *sh);
	if (ph == NULL || sh == NULL)
		goto bad;
	for (int i = 0; i < eh->e_shnum; i++)
		im->nsections += (sh[i].sh_flags & SHF_ALLOC) != 0;
	for (int i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type != PT_LOAD)
			continue;
		if (im->nsegments == MAX_SEGMENTS ||
		    at(im, ph[i].p_offset, ph[i].p_filesz) == NULL)
			goto bad;
		im->segment[im->nsegments++] = (struct segment){
			ph[i].p_vaddr,
			ph[i].p_offset,
			ph[i].p_filesz,
		};
	}
	im->path = realpath(path, NULL);
	if (im->path != NULL)
		return true;
bad:
	image_close(im);
	return false;
}

void
image_close(struct image *im)
{
	free(im->file);
	free(im->path);
	*im = (struct image){ 0 };
}

/* The symbol table and its strings, which end with a 0. */
static const Elf32_Sym *
symbols(const struct image *im, size_t *n, const char **names, size_t *size)
{
	const Elf32_Ehdr *eh = at(im, 0, sizeof *eh);
	const Elf32_Shdr *sh, *str;

	if (eh == NULL)
		return NULL;
	sh = at(im, eh->e_shoff, (uint64_t)eh->e_shnum * sizeof *sh);
	for (int i = 0; sh != NULL && i < eh->e_shnum; i++) {
		if (sh[i].sh_type != SHT_SYMTAB || sh[i].sh_link >= eh->e_shnum)
			continue;
		str = &sh[sh[i].sh_link];
		if (str->sh_offset > im->size || str->sh_size == 0 ||
		    str->sh_size > im->size - str->sh_offset)
			return NULL;
		*names = (const char *)im->file + str->sh_offset;
		*size = str->sh_size;
		if ((*names)[*size - 1] != 0)
			return NULL;
		*n = sh[i].sh_size / sizeof(Elf32_Sym);
		return at(im, sh[i].sh_offset, sh[i].sh_size);
	}
	return NULL;
}

bool
image_symbol(const struct image *im, const char *name, uint32_t *value)
{
	const char *names;
	size_t n, size;
	const Elf32_Sym *s = symbols(im, &n, &names, &size);

	for (size_t i = 0; s != NULL && i < n; i++)
		if (s[i].st_name < size && s[i].st_shndx != SHN_UNDEF &&
		    strcmp(names + s[i].st_name, name) == 0) {
			*value = s[i].st_value;
			return true;
		}
	return false;
}

bool
image_word(const struct image *im, uint32_t va, uint32_t *word)
{
	for (int i = 0; i < im->nsegments; i++) {
		const struct segment *s = &im->segment[i];

		if (va >= s->va && va - s->va < s->filesz &&
		    s->filesz - (va - s->va) >= 4) {
			memcpy(word, im->file + s->offset + (va - s->va), 4);
			return true;
		}
	}
	return false;
}
